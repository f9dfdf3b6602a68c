package sluice.core;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import sluice.api.protocol.ProtocolFactory;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.ListenerDescriptor;
import sluice.core.listener.Listener;
import sluice.core.plugins.Extensions;

/**
 * Whether the fixed ports that protocols leave from may be used, tried out at the start and not at
 * the first transfer. On the main thread.
 */
final class SourcePorts {

  private final Map<String, IntFunction<OptionalInt>> wanted = new LinkedHashMap<>();

  SourcePorts(Descriptor descriptor, Extensions extensions) {
    descriptor
        .listeners()
        .forEach(
            (name, listener) ->
                extensions
                    .find(Extensions.Kind.PROTOCOL, listener.protocol())
                    .ifPresent(
                        found ->
                            wanted.put(
                                name, wanted((ProtocolFactory<?>) found.factory(), listener))));
  }

  private static <O extends Record> IntFunction<OptionalInt> wanted(
      ProtocolFactory<O> factory, ListenerDescriptor listener) {
    O options = factory.optionsType().cast(listener.options());
    return port -> factory.sourcePort(options, port);
  }

  /** What is wrong, with the listeners bound. */
  List<StartException.Problem> problems(List<Listener> listeners) {
    return listeners.stream()
        .flatMap(
            listener ->
                listener.addresses().stream()
                    .map(address -> problem(listener.name(), address))
                    .filter(text -> !text.isEmpty())
                    .distinct()
                    .map(
                        text ->
                            new StartException.Problem(
                                "listeners." + listener.name() + ".options", text)))
        .toList();
  }

  private String problem(String listener, InetSocketAddress bound) {
    OptionalInt port = wanted.get(listener).apply(bound.getPort());
    if (port.isEmpty()) {
      return "";
    }
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(bound.getAddress(), port.getAsInt()));
      return "";
    } catch (IOException e) {
      String what = "data connections to clients cannot leave from port " + port.getAsInt();
      boolean denied = String.valueOf(e.getMessage()).contains("ermission");
      return denied
          ? what
              + ": it takes the capability CAP_NET_BIND_SERVICE, which the gateway does not have"
              + " (AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit), or the sysctl"
              + " net.ipv4.ip_unprivileged_port_start at "
              + port.getAsInt()
              + " or below; grant one, or let them leave from any port"
          : what
              + " of "
              + bound.getAddress().getHostAddress()
              + ": "
              + e.getMessage()
              + "; free the port, or let them leave from any port";
    }
  }
}
