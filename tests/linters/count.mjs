// Prints what a linter found, and fails on an error or on more warnings than are allowed.
import { readFileSync } from "node:fs";

const [redocly, spectral, most] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const found = [
  ...read(redocly).problems.map(({ ruleId, severity, message, location }) => {
    return { rule: ruleId, severity, message, place: location[0]?.pointer };
  }),
  ...read(spectral).map(({ code, severity, message, path }) => {
    return { rule: code, severity: severity === 0 ? "error" : "warn", message, place: path.join(".") };
  }),
];
const errors = found.filter(({ severity }) => severity === "error");
const warnings = found.filter(({ severity }) => severity !== "error");
for (const { rule, severity, message, place } of found) console.log(`${severity} ${rule} ${place}: ${message}`);
console.log(`${errors.length} errors, ${warnings.length} warnings`);
if (errors.length > 0 || warnings.length > Number(most)) process.exit(1);
