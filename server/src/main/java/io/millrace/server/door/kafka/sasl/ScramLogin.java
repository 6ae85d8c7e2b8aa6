package io.millrace.server.door.kafka.sasl;

import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.ScramExchange;
import java.util.function.Consumer;

/** A login by SCRAM, which costs so little that it is done at once. */
final class ScramLogin implements SaslMechanism {
  private final ScramExchange exchange;

  ScramLogin(ScramExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void evaluate(byte[] message, Consumer<Step> outcome) {
    Step step;
    try {
      byte[] answer = exchange.evaluate(message);
      step = new Step(answer, exchange.isComplete() ? exchange.user() : null);
    } catch (LoginException e) {
      step = Step.failed(e);
    }
    outcome.accept(step);
  }

  @Override
  public String claimedUser() {
    return exchange.user();
  }
}
