package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.LossyForwarder;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpSwarm;

/**
 * A storm of a size that takes minutes, with figures: {@code mvn verify -Pbench -pl dist -am
 * -Dit.test=TftpStormIT}. Clients and size by the properties {@code sluice.storm.clients} and
 * {@code sluice.storm.mebibytes}.
 */
@Tag("bench")
class TftpStormIT {

  private static final int CLIENTS = Integer.getInteger("sluice.storm.clients", 2000);
  private static final int SIZE = Integer.getInteger("sluice.storm.mebibytes", 8) << 20;
  private static final long MOST_MEMORY = 512L << 20;

  @Test
  void aGreatManyClientsOnABadNetworkAllGetTheImageFromOneRead() throws Exception {
    InetAddress at = Loopback.v4();
    InetSocketAddress bind = new InetSocketAddress(at, Loopback.freePort(at));
    try (Scratch scratch = Scratch.create("storm");
        TftpPeer peer = TftpPeer.start(scratch.folder("files"))) {
      Path image = Samples.random(scratch.path().resolve("files").resolve("boot.img"), SIZE, SIZE);
      peer.faults(TftpFaults.random(3, 0.05, 0.05));
      peer.attempts(100);
      try (PackagedGateway gateway =
              PackagedGateway.start(
                  """
                  listeners:
                    boot:
                      protocol: tftp
                      bind: "%s"
                      pool: boot
                      max-sessions: 20000
                      options:
                        boot-storm: { enabled: true, retries: 60, hot-files: [{ files: ["*.img"] }] }
                  pools:
                    boot: { backends: { one: { address: "%s" } } }
                  """
                      .formatted(Loopback.hostPort(bind), Loopback.hostPort(peer.address())));
          LossyForwarder network = new LossyForwarder(bind, 69, 0.05, 0.05)) {
        TftpSwarm swarm =
            new TftpSwarm(
                network.address(),
                "boot.img",
                Files.readAllBytes(image),
                Map.of("blksize", "1428", "windowsize", "16"),
                Duration.ofSeconds(1),
                600);
        long start = System.nanoTime();

        TftpSwarm.Result result = swarm.read(CLIENTS, Duration.ofMinutes(60));

        long millis = (System.nanoTime() - start) / 1_000_000;
        long memory = peakMemory(gateway.pid());
        System.out.printf(
            "%d clients x %d MiB, 5 %% lost, 5 %% doubled: %d complete in %.1f s, %.1f MB/s;"
                + " %d packets lost, %d through; reads of the backend: %d; the gateway's peak"
                + " memory: %d MiB, its processor time: %.1f s%n",
            CLIENTS,
            SIZE >> 20,
            result.complete(),
            millis / 1000.0,
            (double) CLIENTS * SIZE / 1000 / millis,
            network.lost(),
            network.forwarded(),
            peer.requests(),
            memory >> 20,
            processorSeconds(gateway.pid()));
        assertEquals(List.of(), result.failures());
        assertEquals(1, peer.requests());
        assertTrue(memory < MOST_MEMORY, () -> memory + " bytes");
      }
    }
  }

  private static long peakMemory(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  private static double processorSeconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(time -> time.toMillis() / 1000.0)
        .orElse(0.0);
  }
}
