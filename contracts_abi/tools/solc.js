#!/usr/bin/env node
// Stands in for the native compiler: answers `--version` and `--standard-json` with the npm compiler.
// The npm package's own command line refuses forge's flags and prints warnings into the answer.
"use strict";

const fs = require("fs");
const path = require("path");

const packages = path.resolve(__dirname, "..", "..", "node_modules");
const solc = require(path.join(packages, "solc"));

function readImport(name) {
  const file = path.join(packages, name);
  return fs.existsSync(file) ? { contents: fs.readFileSync(file, "utf8") } : { error: `${name} is not in node_modules; run npm ci` };
}

// One write to a pipe is cut at 64 KiB, and the pipe may be full: write until everything is gone.
function writeAll(text) {
  const bytes = Buffer.from(text, "utf8");
  let written = 0;
  while (written < bytes.length) {
    try {
      written += fs.writeSync(1, bytes, written, bytes.length - written);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

if (process.argv.includes("--version")) {
  writeAll(`solc, the solidity compiler commandline interface\nVersion: ${solc.version().replace("Emscripten.clang", "Linux.g++")}\n`);
} else if (process.argv.includes("--standard-json")) {
  writeAll(solc.compile(fs.readFileSync(0, "utf8"), { import: readImport }));
} else {
  process.stderr.write("This compiler answers --version and --standard-json only.\n");
  process.exitCode = 2;
}
