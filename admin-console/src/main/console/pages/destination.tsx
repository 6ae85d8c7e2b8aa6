// One queue or topic: its figures, and a look into its messages.
import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { getDestination } from "../api/client";
import type { DestinationDetail, DestinationRow } from "../api/types";
import { row as liveRow } from "../live/destinations";
import { bytes, count, rate } from "../model/format";
import { formatRoute, type Route } from "../model/route";
import { DeleteDialog } from "../parts/delete-dialog";
import { Icon } from "../parts/icons";
import { MessageBrowser } from "../parts/message-browser";
import { SendDialog } from "../parts/send-dialog";
import { Stat } from "../parts/stat";

type DestinationRoute = Extract<Route, { page: "destination" }>;

const HOME = formatRoute({ page: "destinations" });
const DURABILITY = { fsync: "on disk", os: "with the system", memory: "in memory" } as const;

export function DestinationPage({ route }: { route: DestinationRoute }): JSX.Element {
  const { name, partition, from } = route;
  const [detail, setDetail] = useState<DestinationDetail>();
  const [error, setError] = useState("");
  const [dialog, setDialog] = useState<"send" | "delete">();
  const [sent, setSent] = useState(0);

  const load = useCallback(
    () =>
      getDestination(name).then(
        (found) => {
          setDetail(found);
          setError("");
        },
        (e: unknown) => setError(e instanceof Error ? e.message : String(e)),
      ),
    [name],
  );

  useEffect(() => {
    document.title = `${name} · Millrace`;
    void load();
  }, [name, load]);

  const row = liveRow(name) ?? detail?.row;
  return (
    <main class="page" id="main">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href={HOME}>
          <Icon name="back" />
          Destinations
        </a>
      </nav>
      <div class="page-head">
        <h1 class="mono-title">{name}</h1>
        {row !== undefined && <span class="tag">{row.kind.replace("-", " ")}</span>}
        <div class="actions">
          <button type="button" class="plain" onClick={() => setDialog("send")}>
            <Icon name="send" />
            Send
          </button>
          <button type="button" class="plain danger-text" onClick={() => setDialog("delete")}>
            <Icon name="trash" />
            Delete
          </button>
        </div>
      </div>
      {error !== "" && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {row !== undefined && <Figures row={row} />}
      {detail !== undefined && (
        <MessageBrowser
          name={name}
          partitions={detail.partitions.length}
          partition={Math.min(partition, detail.partitions.length - 1)}
          from={from}
          ended={row?.endOffset ?? 0}
          reload={sent}
        />
      )}
      {dialog === "send" && (
        <SendDialog
          name={name}
          onClose={() => setDialog(undefined)}
          onSent={() => {
            setSent(sent + 1);
          }}
        />
      )}
      {dialog === "delete" && (
        <DeleteDialog
          name={name}
          stored={row?.stored ?? 0}
          onClose={() => setDialog(undefined)}
          onDeleted={() => {
            location.hash = HOME;
          }}
        />
      )}
    </main>
  );
}

function Figures({ row }: { row: DestinationRow }): JSX.Element {
  return (
    <dl class="stats">
      {row.depth !== null && <Stat name="Ready" value={count(row.depth)} />}
      {row.depth !== null && <Stat name="In flight" value={count(row.inFlight)} />}
      <Stat name="Consumers" value={count(row.consumers)} />
      <Stat name="In per second" value={rate(row.rateIn)} />
      <Stat name="Out per second" value={rate(row.rateOut)} />
      <Stat name="Stored" value={count(row.stored)} />
      <Stat name="Size" value={bytes(row.sizeBytes)} />
      <Stat name="Safe when" value={DURABILITY[row.durability]} />
    </dl>
  );
}
