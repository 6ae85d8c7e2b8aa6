package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.model.DestinationList;
import io.millrace.server.door.admin.model.DestinationRow;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters, sorts and cuts the list of destinations. Stateless. */
final class DestinationQuery {
  private static final Comparator<DestinationRow> BY_NAME =
      Comparator.comparing(DestinationRow::name);
  private static final Map<String, Comparator<DestinationRow>> ORDERS =
      Map.of(
          "name", BY_NAME,
          "kind", Comparator.comparing(DestinationRow::kind),
          "depth", Comparator.comparingLong(DestinationQuery::depth),
          "inFlight", Comparator.comparingLong(DestinationRow::inFlight),
          "consumers", Comparator.comparingInt(DestinationRow::consumers),
          "rateIn", Comparator.comparingDouble(DestinationRow::rateIn),
          "rateOut", Comparator.comparingDouble(DestinationRow::rateOut),
          "stored", Comparator.comparingLong(DestinationRow::stored),
          "sizeBytes", Comparator.comparingLong(DestinationRow::sizeBytes));

  private DestinationQuery() {}

  private static long depth(DestinationRow row) {
    Long depth = row.depth();
    return depth == null ? -1 : depth;
  }

  /**
   * @param search part of the name, in any case
   * @param kind only this kind
   * @param sort a field, with a dash before it for the opposite order
   */
  static DestinationList select(
      Collection<DestinationRow> rows,
      @Nullable String search,
      @Nullable String kind,
      String sort,
      int offset,
      int limit) {
    String wanted = search == null ? "" : search.toLowerCase(Locale.ROOT);
    List<DestinationRow> fitting =
        rows.stream()
            .filter(row -> row.name().toLowerCase(Locale.ROOT).contains(wanted))
            .filter(row -> kind == null || row.kind().equals(kind))
            .sorted(order(sort))
            .toList();
    return new DestinationList(fitting.size(), fitting.stream().skip(offset).limit(limit).toList());
  }

  private static Comparator<DestinationRow> order(String sort) {
    boolean reversed = sort.startsWith("-");
    Comparator<DestinationRow> order = ORDERS.get(reversed ? sort.substring(1) : sort);
    if (order == null) {
      throw new InvalidInputException(
          "sort", "must be one of " + ORDERS.keySet().stream().sorted().toList());
    }
    return (reversed ? order.reversed() : order).thenComparing(BY_NAME);
  }
}
