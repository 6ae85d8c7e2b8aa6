package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.campaign.Tally;
import org.junit.jupiter.api.Test;

/** A thousand histories; {@code ./millrace campaign server} goes on. */
class ServerCampaignTest {
  private static final int HISTORIES = Integer.getInteger("millrace.campaign.histories", 1000);

  @Test
  void whatClientsWereToldStaysTrueWhateverHappens() {
    Tally tally = ServerCampaign.CAMPAIGN.run(1, HISTORIES);

    assertThat(tally.crashes()).isGreaterThan(4L * HISTORIES);
    assertThat(tally.faults()).isGreaterThan(4L * HISTORIES);
  }
}
