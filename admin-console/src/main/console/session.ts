// Who is logged in, for the whole console.
import { signal } from "@preact/signals";
import * as api from "./api/client";
import { connect, disconnect } from "./live/destinations";
import { tokenOf } from "./model/route";

export type SessionState = "unknown" | "out" | "in";

export const session = signal<SessionState>("unknown");

/** Why the last attempt to log in failed; empty when it did not. */
export const loginError = signal("");

function enter(): void {
  loginError.value = "";
  session.value = "in";
  connect();
}

function leave(): void {
  session.value = "out";
  disconnect();
}

export async function login(token: string): Promise<void> {
  try {
    await api.login(token);
    enter();
  } catch (e) {
    loginError.value =
      e instanceof api.ApiError && e.status === 401
        ? "This is not the admin token of this server."
        : String(e instanceof Error ? e.message : e);
    leave();
  }
}

export async function logout(): Promise<void> {
  await api.logout().catch(() => undefined);
  leave();
}

/** Goes on with the session there is, or with the token of a login link. */
export async function begin(): Promise<void> {
  api.whenUnauthenticated(leave);
  const token = tokenOf(location.hash);
  if (token !== undefined) {
    history.replaceState(null, "", location.pathname);
    await login(token);
    return;
  }
  try {
    await api.currentSession();
    enter();
  } catch (e) {
    if (e instanceof api.ApiError && e.status !== 401) {
      loginError.value = e.message;
    }
    leave();
  }
}
