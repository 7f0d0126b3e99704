// The page goes into dist, its files under /assets with their hashes in their names.

import { defineConfig } from "vitest/config";

export default defineConfig({
  root: "page",
  base: "/",
  build: { outDir: "../dist", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  test: { root: ".", include: ["tests/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
});
