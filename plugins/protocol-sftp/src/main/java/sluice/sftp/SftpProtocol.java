package sluice.sftp;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.StreamSession;

/**
 * Carries SSH through without looking into it, so that the encryption is that of client and server
 * and the host key is the server's own. All that is read are the two identifications.
 *
 * <p>When the gateway stops, a session goes on until the stop timeout: whether a transfer runs in
 * it cannot be known from outside.
 */
final class SftpProtocol implements StreamProtocol {

  private final SftpOptions options;
  private final StartupGate gate;

  SftpProtocol(SftpOptions options) {
    this.options = options;
    this.gate =
        new StartupGate(
            options.startups(), () -> ThreadLocalRandom.current().nextInt(100), System::nanoTime);
  }

  @Override
  public void accept(StreamSession session) {
    Optional<String> tooMany = session.refused() ? Optional.empty() : gate.enter(session);
    if (tooMany.isPresent()) {
      Refusal words =
          new Refusal(
              Refusal.Reason.LISTENER_FULL,
              "Too many clients are logging in, please try again later.");
      session.client().writeAndFlush(RefusalWords.of(words));
      session.noteRefusal("startups", "", "", tooMany.get());
      session.end(Outcome.refused(tooMany.get()));
    } else {
      new Handshake(session, options).begin();
    }
  }
}
