// The programs of the README.

import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The first block of a language that has these words in it. */
export function block(language, words = "") {
  const blocks = [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(
    ([, name, code]) => name === language && code.includes(words),
  );
  if (blocks.length === 0) {
    throw new Error(`the README has no ${language} with ${words}`);
  }
  return blocks[0][2];
}
