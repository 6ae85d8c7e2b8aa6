package io.millrace.races;

import io.millrace.jms.link.AckQueueRaces;
import io.millrace.jms.link.ProducerIdsRaces;
import io.millrace.jms.link.RemoteConsumerRaces;
import io.millrace.jms.link.SendPipelineRaces;
import io.millrace.jms.session.CompletionsRaces;
import io.millrace.jms.session.DispatcherRaces;
import io.millrace.jms.session.SyncTicketRaces;
import io.millrace.jms.transport.OwnedQueueRaces;
import io.millrace.kernel.AgentRunnerRaces;
import io.millrace.log.local.FrontierRaces;
import io.millrace.log.local.SpaceWatchRaces;
import io.millrace.log.local.WriterAgentRaces;
import io.millrace.log.local.segment.FileCacheRaces;
import io.millrace.log.local.segment.TailRaces;
import io.millrace.server.catalog.CatalogViewRaces;
import io.millrace.server.cursor.CursorConsumerRaces;
import io.millrace.server.door.admin.live.StreamLimitRaces;
import io.millrace.server.door.admin.live.TailStreamRaces;
import io.millrace.server.door.jms.ClientsRaces;
import io.millrace.server.door.jms.OpenTransactionsRaces;
import io.millrace.server.door.kafka.api.TallyRaces;
import io.millrace.server.door.kafka.fetch.FetchSessionLimitRaces;
import io.millrace.server.net.LoopTaskRaces;
import io.millrace.server.net.MemoryBudgetRaces;
import io.millrace.server.net.RefusalsRaces;
import io.millrace.server.partition.HeldBackProducersRaces;
import io.millrace.server.partition.OffsetWaitersRaces;
import io.millrace.server.shard.GatherRaces;
import java.util.List;
import java.util.stream.Stream;

/** All races, by the structures that they are about. */
final class Races {
  private Races() {}

  /** Every race: what the campaign searches. */
  static List<Race> all() {
    return byStructure().flatMap(List::stream).toList();
  }

  /** The first race of each structure: what a build has time for. */
  static List<Race> ofBuild() {
    return byStructure().map(races -> races.get(0)).toList();
  }

  private static Stream<List<Race>> byStructure() {
    return Stream.of(
        AgentRunnerRaces.all(),
        OffsetWaitersRaces.all(),
        HeldBackProducersRaces.all(),
        CatalogViewRaces.all(),
        CursorConsumerRaces.all(),
        GatherRaces.all(),
        MemoryBudgetRaces.all(),
        LoopTaskRaces.all(),
        RefusalsRaces.all(),
        TallyRaces.all(),
        FetchSessionLimitRaces.all(),
        StreamLimitRaces.all(),
        OpenTransactionsRaces.all(),
        ClientsRaces.all(),
        TailStreamRaces.all(),
        TailRaces.all(),
        FileCacheRaces.all(),
        WriterAgentRaces.all(),
        SpaceWatchRaces.all(),
        FrontierRaces.all(),
        DispatcherRaces.all(),
        SyncTicketRaces.all(),
        CompletionsRaces.all(),
        AckQueueRaces.all(),
        SendPipelineRaces.all(),
        ProducerIdsRaces.all(),
        OwnedQueueRaces.all(),
        RemoteConsumerRaces.all());
  }
}
