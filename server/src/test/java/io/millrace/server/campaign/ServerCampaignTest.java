package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.campaign.Tally;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand histories; {@code ./millrace campaign server} goes on. */
class ServerCampaignTest {
  private static final int HISTORIES = Integer.getInteger("millrace.campaign.histories", 1000);

  /** Seeds beyond those that have found something once. */
  @ParameterizedTest
  @ValueSource(longs = {1795732573328L, 1795743691007L})
  void historiesThatWentWrongOnceGoWell(long seed) {
    ServerCampaign.CAMPAIGN.run(seed, 1);
  }

  @Test
  void whatClientsWereToldStaysTrueWhateverHappens() {
    Tally tally = ServerCampaign.CAMPAIGN.run(1, HISTORIES);

    assertThat(tally.crashes()).isGreaterThan(4L * HISTORIES);
    assertThat(tally.faults()).isGreaterThan(4L * HISTORIES);
  }
}
