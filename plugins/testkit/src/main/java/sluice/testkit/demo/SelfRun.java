package sluice.testkit.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import sluice.core.cli.Table;
import sluice.testkit.FtpPeer;
import sluice.testkit.TftpClient;

/** Moves a file in every mode both ways and looks at every byte. */
final class SelfRun {

  private static final Duration FOR_A_RECORD = Duration.ofSeconds(5);

  private final DemoPorts ports;
  private final DemoBackends backends;
  private final DemoRecords records;
  private final Table table =
      new Table("protocol", "mode", "direction", "backend", "#bytes", "#ms", "ok");
  private final Random random = new Random(1);
  private boolean ok = true;

  SelfRun(DemoPorts ports, DemoBackends backends, DemoRecords records) {
    this.ports = ports;
    this.backends = backends;
    this.records = records;
  }

  /** Whether everything so far was as it should. */
  boolean ok() {
    return ok;
  }

  /** A row for each transfer so far. */
  Table table() {
    return table;
  }

  private interface Download {
    byte[] get() throws IOException;
  }

  private interface Upload {
    void put(String file, byte[] content) throws IOException;
  }

  void everyMode() throws IOException, InterruptedException {
    // Each pair begins with what the one before ended with, so that both backends do both.
    for (DataMode mode : DataMode.values()) {
      boolean downloadFirst = mode.ordinal() % 2 == 0;
      if (downloadFirst) {
        download("ftp", mode.toString(), () -> ftpDownload(mode));
      }
      upload("ftp", mode.toString(), (file, content) -> ftpUpload(mode, file, content));
      if (!downloadFirst) {
        download("ftp", mode.toString(), () -> ftpDownload(mode));
      }
    }
    TftpClient tftp = TftpClient.to(ports.address(DemoPorts.TFTP)).option("blksize", 1428);
    download("tftp", "octet", () -> tftp.get(DemoBackends.FILE));
    upload("tftp", "octet", tftp::put);
    try (DemoSftp sftp = new DemoSftp(ports.address(DemoPorts.SFTP), backends.hostKeys())) {
      download("sftp", "ssh", () -> sftp.download(DemoBackends.FILE));
      upload("sftp", "ssh", sftp::upload);
    }
  }

  /** Two sessions, so that the strategy wants the backend that is gone for one of them. */
  void without(String stopped) throws IOException, InterruptedException {
    for (int i = 0; i < 2; i++) {
      String backend =
          download("ftp", "passive, " + stopped + " gone", () -> ftpDownload(DataMode.PASSIVE));
      ok &= !backend.equals(stopped);
    }
  }

  private DemoFtp ftp() throws IOException {
    return new DemoFtp(ports.address(DemoPorts.FTP), FtpPeer.USER, FtpPeer.PASSWORD);
  }

  private byte[] ftpDownload(DataMode mode) throws IOException {
    try (DemoFtp ftp = ftp()) {
      return ftp.download(mode, DemoBackends.FILE);
    }
  }

  private void ftpUpload(DataMode mode, String file, byte[] content) throws IOException {
    try (DemoFtp ftp = ftp()) {
      ftp.upload(mode, file, content);
    }
  }

  private String download(String protocol, String mode, Download download)
      throws IOException, InterruptedException {
    int before = records.count();
    long start = System.nanoTime();
    byte[] content;
    try {
      content = download.get();
    } catch (IOException e) {
      return failed(protocol, mode, "download", start, e);
    }
    long nanos = System.nanoTime() - start;
    String backend = served(protocol, before);
    byte[] expected = backends.content(backend, DemoBackends.FILE);
    String verdict =
        Arrays.equals(content, expected) ? "ok" : "not the bytes of the backend of the record";
    return row(protocol, mode, "download", backend, content.length, nanos, verdict);
  }

  private void upload(String protocol, String mode, Upload upload)
      throws IOException, InterruptedException {
    String file = "from-" + protocol + "-" + mode + ".bin";
    byte[] content = new byte[1024 * 1024];
    random.nextBytes(content);
    int before = records.count();
    long start = System.nanoTime();
    try {
      upload.put(file, content);
    } catch (IOException e) {
      failed(protocol, mode, "upload", start, e);
      return;
    }
    long nanos = System.nanoTime() - start;
    String backend = served(protocol, before);
    String verdict =
        Arrays.equals(content, backends.content(backend, file))
                && backends.having(file).equals(List.of(backend))
            ? "ok"
            : "the bytes did not arrive at the backend of the record, or at others too";
    row(protocol, mode, "upload", backend, content.length, nanos, verdict);
  }

  /** Which backend the access records say it was; SFTP has a record of the session only. */
  private String served(String protocol, int before) throws InterruptedException {
    String type = protocol.equals("sftp") ? "session" : "transfer";
    Optional<Map<String, Object>> entry =
        records.await(
            before,
            one -> type.equals(one.get("type")) && protocol.equals(one.get("protocol")),
            FOR_A_RECORD);
    return entry.map(one -> String.valueOf(one.get("backend"))).orElse("no record");
  }

  private String failed(String protocol, String mode, String direction, long start, IOException e) {
    return row(protocol, mode, direction, "-", 0, System.nanoTime() - start, "failed: " + e);
  }

  private String row(
      String protocol,
      String mode,
      String direction,
      String backend,
      int bytes,
      long nanos,
      String verdict) {
    ok &= verdict.equals("ok");
    table.row(protocol, mode, direction, backend, bytes, nanos / 1_000_000, verdict);
    return backend;
  }
}
