package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of crashes and faults of a store. A failure's message has the seed, with which {@code
 * ./millrace campaign engine --seed N --minutes 0} repeats it; that command without minutes goes on
 * for ever.
 */
class EngineCampaignTest {
  private static final int HISTORIES = Integer.getInteger("millrace.campaign.histories", 300);

  @Test
  void whatWasPromisedSurvivesThousandsOfCrashesAndFaults() {
    Tally tally = EngineCampaign.CAMPAIGN.run(1, HISTORIES);

    assertThat(tally.crashes()).isGreaterThan(10L * HISTORIES);
    assertThat(tally.faults()).isGreaterThan(10L * HISTORIES);
  }

  @Test
  void compactionKeepsTheLastRecordsThroughThousandsOfCrashesAndFaults() {
    Tally tally = EngineCampaign.COMPACTION.run(1, HISTORIES);

    assertThat(tally.crashes()).isGreaterThan(10L * HISTORIES);
  }

  /** Seeds that have found something once, in histories without transactions. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        318,
        347,
        1258,
        1289,
        3171,
        102_055,
        100_541,
        206_883,
        208_846,
        1795628087520L,
        1795732551250L,
        1795742607415L,
        1795757642734L,
        1795757768589L
      })
  void historiesThatWentWrongOnceGoWell(long seed) {
    EngineCampaign.WITHOUT_TRANSACTIONS.run(seed, 1);
  }

  /** The same, with compaction. */
  @ParameterizedTest
  @ValueSource(longs = {165})
  void historiesWithCompactionThatWentWrongOnceGoWell(long seed) {
    EngineCampaign.COMPACTION.run(seed, 1);
  }

  /** The same, with transactions. */
  @ParameterizedTest
  @ValueSource(longs = {62, 1796000000207L})
  void historiesWithTransactionsThatWentWrongOnceGoWell(long seed) {
    EngineCampaign.CAMPAIGN.run(seed, 1);
  }
}
