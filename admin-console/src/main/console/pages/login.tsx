import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { TextField } from "../parts/fields";
import { login, loginError } from "../session";

export function LoginPage(): JSX.Element {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = "Log in · Millrace";
  }, []);

  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    await login(token.trim());
    setBusy(false);
  };

  return (
    <main class="login" id="main">
      <form class="card" onSubmit={submit}>
        <img src="favicon.svg" alt="" width="44" height="44" />
        <h1>Millrace</h1>
        <p class="lead">Log in with the server's admin token.</p>
        <TextField
          label="Admin token"
          type="password"
          value={token}
          onValue={setToken}
          required
          mono
          hint={
            <>
              The server made it at its first start and keeps it in <code>admin-token</code> in its
              data directory.
            </>
          }
        />
        <p class="error" role="alert">
          {loginError.value}
        </p>
        <button type="submit" class="primary" disabled={busy || token.trim() === ""}>
          Log in
        </button>
      </form>
    </main>
  );
}
