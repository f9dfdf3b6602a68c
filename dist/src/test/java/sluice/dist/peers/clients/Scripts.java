package sluice.dist.peers.clients;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Scripts that lie beside the tests as resources. */
final class Scripts {
  private Scripts() {}

  static Path path(String name) {
    URL url = Scripts.class.getResource(name);
    if (url == null) {
      throw new IllegalStateException("no resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
