package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Security;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.quota.QuotaChange;
import io.millrace.server.quota.QuotaEntity;
import io.millrace.server.quota.QuotaEntity.Name;
import io.millrace.server.quota.QuotaException;
import io.millrace.server.quota.QuotaFilter;
import io.millrace.server.quota.QuotaKey;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.OpData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntityData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntryData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.ValueData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterClientQuotasRequest;
import org.apache.kafka.common.requests.AlterClientQuotasResponse;
import org.apache.kafka.common.requests.DescribeClientQuotasRequest;
import org.apache.kafka.common.requests.DescribeClientQuotasResponse;
import org.jspecify.annotations.Nullable;

/** Shows and changes quotas (KIP-546, KIP-612). */
public final class QuotaHandlers {
  private final Security security;

  public QuotaHandlers(Security security) {
    this.security = security;
  }

  // ---- describe

  /** Shows the quotas of the entities that a filter matches. */
  public void describe(DescribeClientQuotasRequest request, Exchange exchange) {
    QuotaFilter filter;
    try {
      filter = filterOf(request);
    } catch (QuotaException e) {
      throw Errors.INVALID_REQUEST.exception(e.getMessage());
    }
    List<EntryData> entries = new ArrayList<>();
    security
        .quotas()
        .table()
        .all()
        .forEach(
            (entity, values) -> {
              if (filter.matches(entity)) {
                entries.add(entry(entity, values));
              }
            });
    exchange.reply(
        new DescribeClientQuotasResponse(
            new DescribeClientQuotasResponseData().setErrorMessage(null).setEntries(entries)));
  }

  private static QuotaFilter filterOf(DescribeClientQuotasRequest request) {
    Map<QuotaEntity.Type, QuotaFilter.Match> matches = new EnumMap<>(QuotaEntity.Type.class);
    for (ComponentData component : request.data().components()) {
      QuotaEntity.Type type = filteredType(component.entityType());
      QuotaFilter.Match match = QuotaFilter.match(component.matchType(), component.match());
      if (matches.put(type, match) != null) {
        throw new QuotaException("a filter says one thing of " + type.wireName());
      }
    }
    return new QuotaFilter(matches, request.data().strict());
  }

  /** What a newer client asks for is not served, as with Kafka. */
  private static QuotaEntity.Type filteredType(String name) {
    if (name.isEmpty()) {
      throw new QuotaException("a filter names a type of entity");
    }
    try {
      return QuotaEntity.Type.of(name);
    } catch (QuotaException e) {
      throw Errors.UNSUPPORTED_VERSION.exception(e.getMessage());
    }
  }

  private static EntryData entry(QuotaEntity entity, Map<QuotaKey, Double> values) {
    EntryData entry = new EntryData();
    entity
        .parts()
        .forEach(
            (type, name) ->
                entry
                    .entity()
                    .add(
                        new EntityData()
                            .setEntityType(type.wireName())
                            .setEntityName(name.value())));
    values.forEach(
        (key, value) -> entry.values().add(new ValueData().setKey(key.wireName()).setValue(value)));
    return entry;
  }

  // ---- alter

  /** Changes quotas, each entity's as a whole or not at all. */
  public void alter(AlterClientQuotasRequest request, Exchange exchange) {
    AlterClientQuotasResponseData data = new AlterClientQuotasResponseData();
    List<QuotaChange> changes = new ArrayList<>();
    List<AlterClientQuotasResponseData.EntryData> pending = new ArrayList<>();
    Set<QuotaEntity> named = new HashSet<>();
    for (AlterClientQuotasRequestData.EntryData asked : request.data().entries()) {
      AlterClientQuotasResponseData.EntryData result = resultFor(asked);
      data.entries().add(result);
      try {
        QuotaChange change = changeOf(asked);
        if (!named.add(change.entity())) {
          throw new QuotaException("an entity is changed once in one request");
        }
        changes.add(change);
        pending.add(result);
      } catch (QuotaException e) {
        refused(result, Errors.INVALID_REQUEST, e.getMessage());
      }
    }
    security.alterQuotas(
        changes,
        request.data().validateOnly(),
        new Reply<>() {
          @Override
          public void ok(List<Optional<QuotaException>> refusals) {
            for (int i = 0; i < refusals.size(); i++) {
              AlterClientQuotasResponseData.EntryData result = pending.get(i);
              refusals.get(i).ifPresent(why -> refused(result, why));
            }
            exchange.reply(new AlterClientQuotasResponse(data));
          }

          @Override
          public void fail(RuntimeException error) {
            pending.forEach(
                result ->
                    refused(result, WireErrors.ofCatalog(error), WireErrors.messageOf(error)));
            exchange.reply(new AlterClientQuotasResponse(data));
          }
        });
  }

  private static AlterClientQuotasResponseData.EntryData resultFor(
      AlterClientQuotasRequestData.EntryData asked) {
    AlterClientQuotasResponseData.EntryData result =
        new AlterClientQuotasResponseData.EntryData().setErrorMessage(null);
    asked
        .entity()
        .forEach(
            part ->
                result
                    .entity()
                    .add(
                        new AlterClientQuotasResponseData.EntityData()
                            .setEntityType(part.entityType())
                            .setEntityName(part.entityName())));
    return result;
  }

  private static QuotaChange changeOf(AlterClientQuotasRequestData.EntryData asked) {
    Map<QuotaEntity.Type, Name> parts = new EnumMap<>(QuotaEntity.Type.class);
    for (AlterClientQuotasRequestData.EntityData part : asked.entity()) {
      QuotaEntity.Type type = QuotaEntity.Type.of(part.entityType());
      if (parts.put(type, new Name(part.entityName())) != null) {
        throw new QuotaException("an entity has one " + type.wireName());
      }
    }
    Map<QuotaKey, @Nullable Double> values = new LinkedHashMap<>();
    Set<String> named = new HashSet<>();
    for (OpData op : asked.ops()) {
      if (!named.add(op.key())) {
        throw new QuotaException("a quota is changed once in one request: " + op.key());
      }
      Optional<QuotaKey> key = QuotaKey.of(op.key());
      if (key.isPresent()) {
        values.put(key.get(), op.remove() ? null : op.value());
      } else if (!op.remove()) {
        throw new QuotaException("there is no quota named " + op.key());
      }
    }
    return new QuotaChange(QuotaEntity.of(parts), values);
  }

  private static void refused(AlterClientQuotasResponseData.EntryData result, QuotaException why) {
    refused(
        result,
        why.limitReached() ? Errors.POLICY_VIOLATION : Errors.INVALID_REQUEST,
        why.getMessage());
  }

  private static void refused(
      AlterClientQuotasResponseData.EntryData result, Errors error, @Nullable String why) {
    result.setErrorCode(error.code()).setErrorMessage(why);
  }
}
