package sluice.ftp.session;

import java.util.function.LongSupplier;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.StreamSession;
import sluice.ftp.login.KnownFeatures;
import sluice.ftp.login.PoolChoice;

/** FTP on a listener: one control connection is one session. */
public final class FtpProtocol implements StreamProtocol, AutoCloseable {

  private final FtpOptions options;
  private final PoolChoice choice;
  private final KnownFeatures features = new KnownFeatures();
  private final PublicAddresses publicAddress;
  private final RefusedWords refusals = new RefusedWords(System::nanoTime);
  private final Rules rules;

  /**
   * @throws IllegalArgumentException if the public address cannot be one
   */
  public FtpProtocol(FtpOptions options) {
    this(options, System::nanoTime);
  }

  FtpProtocol(FtpOptions options, LongSupplier nanoClock) {
    this.options = options;
    this.rules = Rules.of(options.policy(), nanoClock);
    this.publicAddress = new PublicAddresses(options.publicAddress(), options.publicAddressFor());
    this.choice = new PoolChoice(options.choose());
  }

  @Override
  public void accept(StreamSession session) {
    switch (options.control()) {
      case REWRITE ->
          new FtpSession(session, options, publicAddress, refusals, rules, choice, features)
              .begin();
      case PASSTHROUGH -> new PassthroughControl(session).begin();
      case PASSTHROUGH_IMPLICIT -> new PassthroughTls(session).begin();
    }
  }

  @Override
  public void close() {
    publicAddress.close();
  }
}
