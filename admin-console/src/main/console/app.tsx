import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { parseRoute, type Route, tokenOf } from "./model/route";
import { DestinationPage } from "./pages/destination";
import { DestinationsPage } from "./pages/destinations";
import { LoginPage } from "./pages/login";
import { Notices } from "./parts/notice";
import { TopBar } from "./parts/top-bar";
import { begin, session } from "./session";

const route = signal<Route>(parseRoute(location.hash));

function onHash(): void {
  if (tokenOf(location.hash) !== undefined) {
    // A login link was opened in a page that is there already.
    void begin().then(onHash);
  } else if (location.hash !== "#main") {
    route.value = parseRoute(location.hash);
  }
}

function Page(): JSX.Element {
  const here = route.value;
  return here.page === "destination" ? (
    <DestinationPage key={here.name} route={here} />
  ) : (
    <DestinationsPage />
  );
}

export function App(): JSX.Element {
  useEffect(() => {
    addEventListener("hashchange", onHash);
    void begin().then(onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);

  if (session.value === "unknown") {
    return <main class="waiting" aria-busy="true" />;
  }
  if (session.value === "out") {
    return <LoginPage />;
  }
  return (
    <>
      <TopBar />
      <Page />
      <Notices />
    </>
  );
}
