'use strict';
module.exports = { WASM_PAGE: 65536 };
