// A page of messages, the ways to other pages, the live tail, and one message in full.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { apiPath, browseMessages } from "../api/client";
import type { Message, MessagePage } from "../api/types";
import { openStream } from "../live/stream";
import { count } from "../model/format";
import { clampOffset, newestPage, PAGE_SIZE, pageAfter, pageBefore } from "../model/paging";
import { formatRoute } from "../model/route";
import { Icon, type IconName } from "./icons";
import { MessageDetail } from "./message-detail";
import { MessageTable } from "./message-table";

interface Props {
  name: string;
  partitions: number;
  partition: number;
  /** The first offset wanted; undefined for the newest messages. */
  from: number | undefined;
  /** Where the log ends as the live list knows it; a change shows that there is more. */
  ended: number;
  /** Another number asks for the page again. */
  reload: number;
}

const TAIL_SHOWN = 200;

export function MessageBrowser(props: Props): JSX.Element {
  const { name, partition, partitions, from, reload, ended } = props;
  const [page, setPage] = useState<MessagePage>();
  const [error, setError] = useState("");
  const [chosen, setChosen] = useState<number>();
  const [tailing, setTailing] = useState(false);
  const [wanted, setWanted] = useState("");

  // While the newest messages are shown, they follow the log.
  const following = from === undefined ? ended : 0;
  useEffect(() => {
    let current = true;
    if (tailing) {
      return undefined;
    }
    readPage(name, partition, from).then(
      (read) => {
        if (current) {
          setPage(read);
          setError("");
        }
      },
      (e: unknown) => {
        if (current) {
          setError(e instanceof Error ? e.message : String(e));
        }
      },
    );
    return () => {
      current = false;
    };
  }, [name, partition, from, reload, following, tailing]);

  const go = (offset: number | undefined, toPartition = partition) => {
    setTailing(false);
    setChosen(undefined);
    location.hash = formatRoute({
      page: "destination",
      name,
      partition: toPartition,
      from: offset,
    });
  };

  const first = page?.messages[0]?.offset ?? page?.nextOffset ?? 0;
  const before = page === undefined ? undefined : pageBefore(first, page);
  const after = page === undefined ? undefined : pageAfter(page.nextOffset, page);

  return (
    <section class="messages" aria-label="Messages">
      <div class="toolbar">
        <h2>Messages</h2>
        {partitions > 1 && (
          <label class="inline">
            Partition
            <select
              value={String(partition)}
              onChange={(e) => go(undefined, Number(e.currentTarget.value))}
            >
              {Array.from({ length: partitions }, (_, i) => (
                <option key={`p${i}`} value={String(i)}>
                  {i}
                </option>
              ))}
            </select>
          </label>
        )}
        <form
          class="inline"
          onSubmit={(e) => {
            e.preventDefault();
            if (page !== undefined && wanted !== "") {
              go(clampOffset(Number(wanted), page));
              setWanted("");
            }
          }}
        >
          <label class="inline">
            Offset
            <input
              type="number"
              min={page?.startOffset ?? 0}
              placeholder={String(first)}
              value={wanted}
              onInput={(e) => setWanted(e.currentTarget.value)}
            />
          </label>
          <button type="submit" class="plain">
            Go
          </button>
        </form>
        <fieldset class="pager" aria-label="Pages">
          <Turn icon="first" label="Oldest messages" to={before && page?.startOffset} go={go} />
          <Turn icon="previous" label="Older messages" to={before} go={go} />
          <Turn icon="next" label="Newer messages" to={after} go={go} />
          <button
            type="button"
            class="plain icon-only"
            aria-label="Newest messages"
            title="Newest messages"
            onClick={() => go(undefined)}
          >
            <Icon name="last" />
          </button>
        </fieldset>
        <label class="switch">
          <input
            type="checkbox"
            checked={tailing}
            onChange={(e) => setTailing(e.currentTarget.checked)}
          />
          <span>Live tail</span>
        </label>
        {page !== undefined && !tailing && (
          <p class="result" role="status">
            {extent(page)}
          </p>
        )}
      </div>
      {error !== "" && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class={chosen === undefined ? "split" : "split open"}>
        {tailing ? (
          <TailTable name={name} partition={partition} chosen={chosen} onChoose={setChosen} />
        ) : (
          <MessageTable
            messages={page?.messages ?? []}
            empty={page === undefined ? "Reading…" : "There are no messages here."}
            chosen={chosen}
            onChoose={setChosen}
          />
        )}
        {chosen !== undefined && (
          <MessageDetail
            key={chosen}
            name={name}
            partition={partition}
            offset={chosen}
            onClose={() => setChosen(undefined)}
          />
        )}
      </div>
    </section>
  );
}

async function readPage(
  name: string,
  partition: number,
  from: number | undefined,
): Promise<MessagePage> {
  if (from !== undefined) {
    return browseMessages(name, partition, from, PAGE_SIZE);
  }
  const bounds = await browseMessages(name, partition, Number.MAX_SAFE_INTEGER, 1);
  return browseMessages(name, partition, newestPage(bounds), PAGE_SIZE);
}

function extent(page: MessagePage): string {
  const first = page.messages[0]?.offset;
  const last = page.messages.at(-1)?.offset;
  const kept = `${count(page.startOffset)} up to ${count(page.endOffset)}`;
  return first === undefined || last === undefined
    ? `Kept: offsets ${kept}`
    : `Offsets ${count(first)}–${count(last)} of ${kept}`;
}

interface TurnProps {
  icon: IconName;
  label: string;
  to: number | undefined;
  go: (offset: number) => void;
}

function Turn({ icon, label, to, go }: TurnProps): JSX.Element {
  return (
    <button
      type="button"
      class="plain icon-only"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && go(to)}
    >
      <Icon name={icon} />
    </button>
  );
}

interface TailProps {
  name: string;
  partition: number;
  chosen: number | undefined;
  onChoose: (offset: number) => void;
}

function TailTable({ name, partition, chosen, onChoose }: TailProps): JSX.Element {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [skipped, setSkipped] = useState(0);

  useEffect(() => {
    // What arrives between two frames is drawn at once.
    let arrived: Message[] = [];
    let frame = 0;
    const draw = () => {
      frame = 0;
      const news = arrived.reverse();
      arrived = [];
      setMessages((shown) => [...news, ...shown].slice(0, TAIL_SHOWN));
    };
    const stream = openStream(
      () => `${apiPath("destinations", name, "tail")}?partition=${partition}`,
      {
        message: (data) => {
          arrived.push(JSON.parse(data) as Message);
          frame ||= requestAnimationFrame(draw);
        },
        skipped: (data) => {
          const { from, to } = JSON.parse(data) as { from: number; to: number };
          setSkipped((sum) => sum + to - from);
        },
      },
      () => undefined,
      () => undefined,
    );
    return () => {
      stream.close();
      cancelAnimationFrame(frame);
    };
  }, [name, partition]);

  return (
    <div>
      {skipped > 0 && (
        <p class="hint" role="status">
          {count(skipped)} messages came too fast to be shown.
        </p>
      )}
      <MessageTable
        messages={messages}
        empty="Waiting for new messages…"
        chosen={chosen}
        onChoose={onChoose}
      />
    </div>
  );
}
