// What Maven runs: installs and builds the console, unless nothing that it is made of has changed
// since the last time.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

const stamp = "target/console-inputs.sha256";
const installed = "node_modules/.millrace-lock.sha256";
const contract = "../server/src/main/resources/io/millrace/server/door/admin/openapi.json";
const roots = [
  "src/main/console",
  "src/test",
  "build",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "eslint.config.mjs",
  ".prettierrc.json",
  contract,
];

async function filesUnder(name) {
  if (!(await stat(name)).isDirectory()) {
    return [name];
  }
  const found = await Promise.all(
    (await readdir(name)).sort().map((child) => filesUnder(path.join(name, child))),
  );
  return found.flat();
}

async function digest(names) {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(names.map(filesUnder))).flat()) {
    hash
      .update(file)
      .update("\0")
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex");
}

const readOrEmpty = (file) => readFile(file, "utf8").catch(() => "");

function run(command, ...args) {
  const done = spawnSync(command, args, { stdio: "inherit", shell: false });
  if (done.error !== undefined || done.status !== 0) {
    console.error(`console: '${command} ${args.join(" ")}' failed ${done.error ?? ""}`);
    process.exit(done.status || 1);
  }
}

const inputs = await digest(roots);
const built = await stat("target/classes/io/millrace/console/index.html").catch(() => undefined);
if (built !== undefined && (await readOrEmpty(stamp)) === inputs) {
  process.exit(0);
}
const lock = await digest(["package-lock.json"]);
if ((await readOrEmpty(installed)) !== lock) {
  run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  await writeFile(installed, lock);
}
run("npm", "run", "--silent", "build");
await mkdir("target", { recursive: true });
await writeFile(stamp, inputs);
