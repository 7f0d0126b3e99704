/** A QR code as a drawing. */

import { encode } from "uqr";
import { svg } from "./dom.js";

/** White around it, as readers need: four modules (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

/** Black on white in both colour schemes: many readers do not take the inverse. */
export function qrCode(text: string, label: string): SVGSVGElement {
  const { size, data } = encode(text, { ecc: "M", border: QUIET });
  const rows = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join(""));
  return svg(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("rect", { width: size, height: size, fill: "#fff" }),
    svg("path", { d: rows.join(""), fill: "#000" }),
  );
}
