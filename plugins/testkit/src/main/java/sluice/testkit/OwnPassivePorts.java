package sluice.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.ftpserver.DataConnectionConfiguration;
import org.apache.ftpserver.ssl.SslConfiguration;
import sluice.api.PortRanges;

/**
 * Passive ports of a range, in turn. The server's own keeping of ports binds each to all addresses
 * to see whether it is free, which on one machine with a gateway that has the same ports at another
 * address finds none. Thread-safe.
 */
final class OwnPassivePorts implements DataConnectionConfiguration {

  private final DataConnectionConfiguration others;
  private final String ports;
  private final Queue<Integer> free = new ArrayDeque<>();

  OwnPassivePorts(DataConnectionConfiguration others, PortRanges ports) {
    this.others = others;
    this.ports = ports.toString();
    for (int i = 0; i < ports.size(); i++) {
      free.add(ports.port(i));
    }
  }

  @Override
  public synchronized int requestPassivePort() {
    Integer port = free.poll();
    return port == null ? -1 : port;
  }

  @Override
  public synchronized void releasePassivePort(int port) {
    free.add(port);
  }

  @Override
  public String getPassivePorts() {
    return ports;
  }

  @Override
  public int getIdleTime() {
    return others.getIdleTime();
  }

  @Override
  public boolean isActiveEnabled() {
    return others.isActiveEnabled();
  }

  @Override
  public boolean isActiveIpCheck() {
    return others.isActiveIpCheck();
  }

  @Override
  public String getActiveLocalAddress() {
    return others.getActiveLocalAddress();
  }

  @Override
  public int getActiveLocalPort() {
    return others.getActiveLocalPort();
  }

  @Override
  public String getPassiveAddress() {
    return others.getPassiveAddress();
  }

  @Override
  public String getPassiveExernalAddress() {
    return others.getPassiveExernalAddress();
  }

  @Override
  public boolean isPassiveIpCheck() {
    return others.isPassiveIpCheck();
  }

  @Override
  public SslConfiguration getSslConfiguration() {
    return others.getSslConfiguration();
  }

  @Override
  public boolean isImplicitSsl() {
    return others.isImplicitSsl();
  }
}
