package io.millrace.server.broker;

import io.millrace.kernel.Failures;
import io.millrace.log.LogId;
import io.millrace.log.Store;
import io.millrace.server.catalog.CatalogView;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that no topic owns: what a crash left of deleted topics. Removed when the catalogue has
 * recovered, before any topic can be created.
 */
final class OrphanLogs {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanLogs.class);

  private final Store store;
  private final CatalogView catalog;

  OrphanLogs(Store store, CatalogView catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  /**
   * Removes them.
   *
   * @param fresh the catalogue has just been made: logs beside it belong to one that was lost, and
   *     are kept
   */
  void clear(boolean fresh) {
    List<LogId> orphans = store.logs().stream().filter(this::isOrphan).toList();
    if (orphans.isEmpty()) {
      return;
    }
    if (fresh) {
      LOG.error(
          "the store holds {} logs of topics but no catalogue: restore the state logs; the logs"
              + " are kept",
          orphans.size());
      return;
    }
    for (LogId orphan : orphans) {
      LOG.info("removing log {} of a deleted topic", orphan);
      store
          .delete(orphan)
          .whenComplete(
              (done, e) -> {
                if (e != null) {
                  Failures.report("removing log " + orphan, e);
                }
              });
    }
  }

  private boolean isOrphan(LogId id) {
    // Ids of internal families begin with 64 zero bits; those of topics never do.
    return id.group().getMostSignificantBits() != 0 && catalog.find(id.group()) == null;
  }
}
