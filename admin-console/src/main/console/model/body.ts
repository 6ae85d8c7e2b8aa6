// Bodies of messages, made readable.
import type { Body } from "../api/types";

export function bodyBytes(body: Body): Uint8Array {
  if (body.encoding === "utf8") {
    return new TextEncoder().encode(body.data);
  }
  const binary = atob(body.data);
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

/** Sixteen bytes a line: offset, hexadecimal, and what is printable. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = bytes.subarray(at, at + 16);
    const hex = Array.from(line, (b) => b.toString(16).padStart(2, "0"));
    const left = hex.slice(0, 8).join(" ");
    const right = hex.slice(8).join(" ");
    const text = Array.from(line, (b) =>
      b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : "·",
    ).join("");
    lines.push(
      `${at.toString(16).padStart(8, "0")}  ${left.padEnd(23)}  ${right.padEnd(23)}  ${text}`,
    );
  }
  return lines.join("\n");
}

/**
 * JSON on many lines, every value spelt as it was: parsing and printing would round large numbers,
 * which are just what one looks for in a message. Undefined where the text is no JSON.
 */
export function prettyJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let out = "";
  let depth = 0;
  const newline = () => `\n${"  ".repeat(depth)}`;
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if (token === "{" || token === "[") {
      if (next === "}" || next === "]") {
        out += token;
      } else {
        depth++;
        out += token + newline();
      }
    } else if (token === "}" || token === "]") {
      const before = tokens[i - 1];
      if (before === "{" || before === "[") {
        out += token;
      } else {
        depth--;
        out += newline() + token;
      }
    } else if (token === ",") {
      out += token + newline();
    } else {
      out += token === ":" ? ": " : token;
    }
  });
  return out;
}

/** One line that shows what a body is about. */
export function preview(body: Body | null, longest = 160): string {
  if (body === null) {
    return "";
  }
  if (body.encoding === "base64") {
    const shown = bodyBytes(body).subarray(0, 24);
    const hex = Array.from(shown, (b) => b.toString(16).padStart(2, "0")).join(" ");
    return body.size > shown.length ? `${hex} …` : hex;
  }
  const line = body.data.replace(/\s+/g, " ").trim();
  return line.length > longest || body.truncated ? `${line.slice(0, longest)}…` : line;
}

export type View = "text" | "json" | "hex";

/** The ways in which a body can be shown, the best one first. */
export function viewsOf(body: Body): View[] {
  if (body.encoding === "base64") {
    return ["hex"];
  }
  return body.format === "json" && !body.truncated && prettyJson(body.data) !== undefined
    ? ["json", "text", "hex"]
    : ["text", "hex"];
}
