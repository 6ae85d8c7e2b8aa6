// The pages and their addresses, which stand behind the hash.
export type Route =
  | { readonly page: "destinations" }
  | {
      readonly page: "destination";
      readonly name: string;
      readonly partition: number;
      /** The first offset shown; undefined for the newest messages. */
      readonly from: number | undefined;
    };

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const match = /^\/destinations\/([^/]+)$/.exec(path);
  if (match?.[1] === undefined) {
    return { page: "destinations" };
  }
  const params = new URLSearchParams(query);
  return {
    page: "destination",
    name: decode(match[1]),
    partition: natural(params.get("partition")) ?? 0,
    from: natural(params.get("from")),
  };
}

export function formatRoute(route: Route): string {
  if (route.page === "destinations") {
    return "#/";
  }
  const params = new URLSearchParams();
  if (route.partition !== 0) {
    params.set("partition", String(route.partition));
  }
  if (route.from !== undefined) {
    params.set("from", String(route.from));
  }
  const query = params.size > 0 ? `?${params}` : "";
  return `#/destinations/${encodeURIComponent(route.name)}${query}`;
}

/** The token of a login link, `#token=…`, which never reaches the server's log. */
export function tokenOf(hash: string): string | undefined {
  return /^#token=([A-Za-z0-9_-]+)$/.exec(hash)?.[1];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function natural(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
