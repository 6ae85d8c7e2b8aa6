// Bundles the unit tests and runs them with Node's own test runner.
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";

const source = "src/test/console";
const out = "target/unit-tests";

await rm(out, { recursive: true, force: true });
const tests = (await readdir(source)).filter((name) => name.endsWith(".test.ts"));
await esbuild.build({
  entryPoints: tests.map((name) => path.join(source, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: ["node20"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const files = (await readdir(out)).map((name) => path.join(out, name));
const run = spawnSync(
  process.execPath,
  [
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    "--test-reporter-destination=target/TEST-console.xml",
    ...files,
  ],
  { stdio: "inherit" },
);
process.exit(run.status ?? 1);
