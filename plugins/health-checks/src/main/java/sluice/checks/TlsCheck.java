package sluice.checks;

import java.util.Optional;
import org.pf4j.Extension;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/**
 * {@code tls}: the backend is up if it completes a TLS handshake right after the connection. A
 * device in between that accepts connections by itself does not pass for it.
 */
@Extension
public final class TlsCheck implements HealthCheckFactory<TlsCheck.Options> {

  /** The options. */
  public record Options(
      @Doc("The name to ask for (SNI); without it the backend's host, if that is a name.")
          Optional<String> serverName,
      @Doc("Whether the certificate must be valid for the name, by the JVM's trusted authorities.")
          @Default("false")
          boolean verify) {

    /**
     * @throws IllegalArgumentException if the server name cannot be one
     */
    public Options {
      serverName.ifPresent(
          name -> {
            try {
              new javax.net.ssl.SNIHostName(name);
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException(
                  "server-name is a host name, but is \"" + name + "\"", e);
            }
          });
    }
  }

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public HealthCheck create(Options options) {
    return new Handshake(options);
  }
}
