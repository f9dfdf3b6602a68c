package sluice.ftp.session;

import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PoolRef;
import sluice.api.protocol.ClientTls;

/** TLS towards the backends of one pool, where it is another than the listener's. */
public record PoolTls(
    @Doc("The pool that this is for.") PoolRef pool,
    @Doc("terminate, re-encrypt or match-client: as in tls.mode, towards this pool's backends.")
        FtpTls.Mode mode,
    @Doc("As tls.backend-implicit, for this pool.") @Default("false") boolean backendImplicit,
    @Doc("As tls.backend, for this pool; nothing is taken over from there.")
        Optional<ClientTls> backend) {

  /**
   * @throws IllegalArgumentException if the values do not go together
   */
  public PoolTls {
    if (mode == FtpTls.Mode.NONE) {
      throw new IllegalArgumentException(
          "mode is none, but the clients of this listener have TLS; set it to terminate for"
              + " backends that are spoken to in clear text");
    }
    FtpTls.requireTogether(mode, backendImplicit, backend);
  }

  BackendTls towards() {
    return BackendTls.of(mode, backendImplicit, backend);
  }
}
