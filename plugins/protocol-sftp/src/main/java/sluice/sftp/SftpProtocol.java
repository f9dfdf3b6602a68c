package sluice.sftp;

import io.netty.channel.ChannelOption;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.StreamSession;

/**
 * Carries SSH through without looking into it, so that the encryption is that of client and server
 * and the host key is the server's own. The server is chosen at accept.
 *
 * <p>Both ends of SSH may speak first (RFC 4253, section 4.2), so the backend's identification can
 * be waited for without a byte from the client; what the client has sent meanwhile waits in its
 * socket, and a backend that does not identify itself is replaced unseen.
 *
 * <p>When the gateway stops, a session goes on until the stop timeout: whether a transfer runs in
 * it cannot be known from outside.
 */
final class SftpProtocol implements StreamProtocol {

  @Override
  public void accept(StreamSession session) {
    session.connect(
        new BackendConnector() {
          @Override
          public void connected(BackendLink link) {
            // So that an end of the stream is seen before the channel is closed, and what the
            // backend said can be part of the reason.
            link.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            link.channel().pipeline().addLast(new IdentificationHandler(session, link));
            link.channel().config().setAutoRead(true);
          }

          @Override
          public void refused(Refusal refusal) {
            session.client().writeAndFlush(RefusalWords.of(refusal));
            session.end(Outcome.refused(refusal));
          }
        });
  }
}
