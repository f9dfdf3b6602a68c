package sluice.core.descriptor;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import sluice.api.Default;
import sluice.api.Doc;

/** The whole descriptor. The order of the maps is that of the file. */
public record Descriptor(
    @Doc("The addresses on which clients arrive, by name.") @Names
        Map<String, ListenerDescriptor> listeners,
    @Doc("The pools of backends, by name.") @Names Map<String, PoolDescriptor> pools,
    @Doc(
            "How long a stop waits for running sessions and transfers before they are cut off; 0s"
                + " does not wait.")
        @Default("30s")
        Duration stopTimeout,
    @Doc("The control socket.") ControlDescriptor control,
    @Doc("How the gateway uses the network.") NetDescriptor net,
    @Doc("How the gateway does TLS.") TlsDescriptor tls) {

  /**
   * The port on which the clients of a pool arrive, for backends that have no port of their own.
   *
   * @return empty if its listeners have several, or are bound to any
   */
  public OptionalInt dialledPort(String pool) {
    int[] ports =
        listeners.values().stream()
            .filter(listener -> listener.pool().name().equals(pool))
            .flatMap(listener -> listener.bind().addresses().stream())
            .mapToInt(InetSocketAddress::getPort)
            .distinct()
            .limit(2)
            .toArray();
    return ports.length == 1 && ports[0] != 0 ? OptionalInt.of(ports[0]) : OptionalInt.empty();
  }
}
