package io.millrace.server.door.kafka.sasl;

import io.millrace.kernel.Clock;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.net.Refusals;
import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.Logins;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.requests.SaslHandshakeResponse;

/** The two requests of a login. Any thread; one object serves all connections. */
public final class SaslHandlers {
  private final Logins logins;
  private final Refusals refusals;
  private final Clock clock;

  public SaslHandlers(Logins logins, Clock clock) {
    this.logins = logins;
    this.refusals = new Refusals(clock);
    this.clock = clock;
  }

  private SaslConversation conversation(Exchange exchange) {
    return exchange
        .state()
        .get(SaslConversation.class, () -> new SaslConversation(exchange, logins, refusals, clock));
  }

  /** Agrees on a mechanism. */
  public void handshake(SaslHandshakeRequest request, Exchange exchange) {
    SaslHandshakeResponseData response = new SaslHandshakeResponseData();
    if (!logins.options().enabled()) {
      exchange.reply(
          new SaslHandshakeResponse(response.setErrorCode(Errors.ILLEGAL_SASL_STATE.code())));
      return;
    }
    SaslConversation conversation = conversation(exchange);
    if (!conversation.mayBegin()) {
      response.setErrorCode(Errors.ILLEGAL_SASL_STATE.code());
      if (conversation.isUnderWay()) {
        exchange.replyAndClose(new SaslHandshakeResponse(response));
      } else {
        exchange.reply(new SaslHandshakeResponse(response));
      }
      return;
    }
    response.setMechanisms(logins.options().mechanisms());
    if (!conversation.begin(request.data().mechanism())) {
      exchange.replyAndClose(
          new SaslHandshakeResponse(
              response.setErrorCode(Errors.UNSUPPORTED_SASL_MECHANISM.code())));
      return;
    }
    if (exchange.version() == 0) {
      conversation.continueWithRawTokens();
    }
    exchange.reply(new SaslHandshakeResponse(response));
  }

  /** Takes a message of the mechanism. */
  public void authenticate(SaslAuthenticateRequest request, Exchange exchange) {
    if (!logins.options().enabled()) {
      refuse(exchange, "clients do not log in to this server (auth.mode)", false);
      return;
    }
    SaslConversation conversation = conversation(exchange);
    if (!conversation.isUnderWay()) {
      refuse(exchange, "no login has begun", conversation.isFirst());
      return;
    }
    conversation.take(
        request.data().authBytes(),
        new SaslConversation.Outcome() {
          @Override
          public void goesOn(byte[] answer) {
            exchange.reply(
                new SaslAuthenticateResponse(
                    new SaslAuthenticateResponseData().setErrorMessage(null).setAuthBytes(answer)));
          }

          @Override
          public void loggedIn(byte[] answer, long sessionMs) {
            exchange.reply(
                new SaslAuthenticateResponse(
                    new SaslAuthenticateResponseData()
                        .setErrorMessage(null)
                        .setAuthBytes(answer)
                        .setSessionLifetimeMs(sessionMs)));
          }

          @Override
          public void failed(LoginException error) {
            fail(exchange, error);
          }
        });
  }

  private static void fail(Exchange exchange, LoginException error) {
    if (error.reason() == LoginException.Reason.BUSY) {
      // An answer would tell the client that it is wrong; this way it comes again.
      exchange.connection().refuseUnlogged();
      exchange.replyNothing();
      return;
    }
    exchange.replyAndClose(
        new SaslAuthenticateResponse(
            new SaslAuthenticateResponseData()
                .setErrorCode(Errors.SASL_AUTHENTICATION_FAILED.code())
                .setErrorMessage(error.getMessage())));
  }

  private static void refuse(Exchange exchange, String why, boolean close) {
    SaslAuthenticateResponse answer =
        new SaslAuthenticateResponse(
            new SaslAuthenticateResponseData()
                .setErrorCode(Errors.ILLEGAL_SASL_STATE.code())
                .setErrorMessage(why));
    if (close) {
      exchange.replyAndClose(answer);
    } else {
      exchange.reply(answer);
    }
  }
}
