import type { JSX } from "preact";
import { streamState } from "../live/destinations";
import { formatRoute } from "../model/route";
import { logout } from "../session";
import { Icon, type IconName } from "./icons";
import { nextTheme, theme } from "./theme";

const THEME_ICONS: Record<typeof theme.value, IconName> = {
  system: "screen",
  light: "sun",
  dark: "moon",
};

const STATES = { connecting: "Connecting", live: "Live", broken: "Disconnected" } as const;

export function TopBar(): JSX.Element {
  return (
    <header class="top-bar">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <a class="brand" href={formatRoute({ page: "destinations" })}>
        <img src="favicon.svg" alt="" width="26" height="26" />
        <span>Millrace</span>
      </a>
      <span class={`stream ${streamState.value}`} role="status">
        <span class="dot" aria-hidden="true" />
        {STATES[streamState.value]}
      </span>
      <button
        type="button"
        class="quiet icon-only"
        title={`Theme: ${theme.value}`}
        aria-label={`Theme: ${theme.value}. Change`}
        onClick={nextTheme}
      >
        <Icon name={THEME_ICONS[theme.value]} />
      </button>
      <button type="button" class="quiet" onClick={() => void logout()}>
        <Icon name="leave" />
        <span>Log out</span>
      </button>
    </header>
  );
}
