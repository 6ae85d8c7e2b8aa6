// Bundles the console into target/classes/io/millrace/console: index.html, and assets whose names
// carry a hash of their content, so that browsers may keep them for ever.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";

const out = "target/classes/io/millrace/console";

// Only what was bundled before: the module's classes lie beside it.
await rm(path.join(out, "assets"), { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await esbuild.build({
  entryPoints: { app: "src/main/console/main.tsx", style: "src/main/console/style/main.css" },
  outdir: path.join(out, "assets"),
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".svg": "file" },
  assetNames: "[name]-[hash]",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const names = Object.keys(result.metafile.outputs).map((file) => path.basename(file));
const named = (prefix, extension) => {
  const found = names.find((name) => name.startsWith(`${prefix}-`) && name.endsWith(extension));
  if (found === undefined) {
    throw new Error(`the bundle has no ${prefix}*${extension}`);
  }
  return `assets/${found}`;
};

const page = await readFile("src/main/console/index.html", "utf8");
await writeFile(
  path.join(out, "index.html"),
  page.replace("%APP%", named("app", ".js")).replace("%STYLE%", named("style", ".css")),
);
await writeFile(
  path.join(out, "favicon.svg"),
  await readFile("src/main/console/favicon.svg", "utf8"),
);

let total = 0;
for (const { bytes } of Object.values(result.metafile.outputs)) {
  total += bytes;
}
const limit = 200 * 1024;
if (total > limit) {
  throw new Error(`the console has grown to ${total} bytes; more than ${limit} needs a reason`);
}
console.log(`console: ${names.length} assets, ${total} bytes`);
