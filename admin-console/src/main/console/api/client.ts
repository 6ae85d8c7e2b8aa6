// Talks to the admin API. Knows of sessions and problems, not of pages.
import type {
  CreateDestination,
  DestinationDetail,
  Message,
  MessagePage,
  Problem,
  SendMessage,
  Sent,
  ServerInfo,
  SessionInfo,
} from "./types";

const BASE = "api/v1";

/** The server refused, or could not be reached; the message can be shown to people as it is. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, message: string, problem?: Problem) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }
}

let csrfToken = "";
let onUnauthenticated: () => void = () => {};

/** Called whenever the server no longer knows who we are. */
export function whenUnauthenticated(callback: () => void): void {
  onUnauthenticated = callback;
}

/** A path of the API, with the parts of it encoded. */
export function apiPath(...parts: (string | number)[]): string {
  return [BASE, ...parts.map((part) => encodeURIComponent(part))].join("/");
}

async function request(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-Millrace-CSRF"] = csrfToken;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new ApiError(0, "The server cannot be reached. Is it running?");
  }
  if (response.ok) {
    return response;
  }
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  if (response.status === 401) {
    onUnauthenticated();
  }
  throw new ApiError(response.status, describe(response.status, problem), problem);
}

function describe(status: number, problem: Problem | undefined): string {
  if (problem === undefined) {
    return `The server answered with status ${status}.`;
  }
  const fields = (problem.errors ?? []).map((error) => `${error.field} ${error.message}`);
  return fields.length > 0
    ? `${fields.join("; ")}.`
    : `${problem.title}. ${problem.detail}`.replace(/\.\. /, ". ");
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  return (await (await request(method, path, body)).json()) as T;
}

export async function currentSession(): Promise<SessionInfo> {
  const session = await json<SessionInfo>("GET", apiPath("session"));
  csrfToken = session.csrfToken;
  return session;
}

export async function login(token: string): Promise<SessionInfo> {
  const session = await json<SessionInfo>("POST", apiPath("session"), { token });
  csrfToken = session.csrfToken;
  return session;
}

export async function logout(): Promise<void> {
  await request("DELETE", apiPath("session"));
  csrfToken = "";
}

export function getServer(): Promise<ServerInfo> {
  return json("GET", apiPath("server"));
}

export function getDestination(name: string): Promise<DestinationDetail> {
  return json("GET", apiPath("destinations", name));
}

export function createDestination(wanted: CreateDestination): Promise<DestinationDetail> {
  return json("POST", apiPath("destinations"), wanted);
}

export async function deleteDestination(name: string): Promise<void> {
  await request("DELETE", apiPath("destinations", name));
}

export function browseMessages(
  name: string,
  partition: number,
  offset: number,
  limit: number,
): Promise<MessagePage> {
  const query = new URLSearchParams({
    partition: String(partition),
    offset: String(offset),
    limit: String(limit),
    bodyBytes: "400",
  });
  return json("GET", `${apiPath("destinations", name, "messages")}?${query}`);
}

export function getMessage(name: string, partition: number, offset: number): Promise<Message> {
  return json("GET", apiPath("destinations", name, "messages", partition, offset));
}

export function sendMessage(name: string, message: SendMessage): Promise<Sent> {
  return json("POST", apiPath("destinations", name, "messages"), message);
}
