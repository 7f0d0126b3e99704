/** What the tests of this package reach beside its entries. No user can: it is not among the package's exports. */

export { ask } from "./core.js";
export { hostMac } from "./host-mac.js";
export { askServer } from "./server-core.js";
