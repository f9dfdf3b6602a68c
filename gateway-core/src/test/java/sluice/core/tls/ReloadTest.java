package sluice.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.Secret;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;
import sluice.core.LogCapture;

/** Files of TLS: what is said of them, and that they are loaded again. */
class ReloadTest {

  @TempDir Path folder;
  private Path certificate;
  private Path key;
  private int changes;

  @BeforeEach
  void files() throws Exception {
    certificate = folder.resolve("cert.pem");
    key = folder.resolve("key.pem");
    put("server.pem", certificate);
    put("server.key", key);
  }

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(ReloadTest.class.getResource("/sluice/core/tls/" + name).toURI());
  }

  private void put(String name, Path to) throws IOException, URISyntaxException {
    Files.copy(fixture(name), to, StandardCopyOption.REPLACE_EXISTING);
    // Two changes within one tick of the file system's clock are two changes all the same.
    Files.setLastModifiedTime(to, FileTime.fromMillis(1_000_000_000_000L + 1000L * changes++));
  }

  private ServerTls spec(Optional<Secret> passphrase) {
    return new ServerTls(
        certificate,
        key,
        passphrase,
        List.of("TLSv1.3"),
        List.of(),
        ServerTls.ClientAuth.NONE,
        Optional.empty(),
        Map.of(),
        ServerTls.DataReuse.ALLOW,
        true);
  }

  private ServerContexts contexts() throws TlsProblem {
    return new ServerContexts(spec(Optional.empty()), Provider.JDK);
  }

  @Test
  void changedFilesAreInUseWhenTheyHaveStoodStill() throws Exception {
    ServerContexts contexts = contexts();
    Object before = contexts.choose(null);

    put("files.pem", certificate);
    put("files.key", key);
    contexts.look();
    assertSame(before, contexts.choose(null), "still being written, perhaps");
    contexts.look();

    assertNotSame(before, contexts.choose(null));
  }

  @Test
  void aPairThatDoesNotMatchChangesNothingUntilItDoes() throws Exception {
    ServerContexts contexts = contexts();
    Object before = contexts.choose(null);

    put("files.pem", certificate);
    contexts.look();
    contexts.look();
    contexts.look();
    assertSame(before, contexts.choose(null));

    put("files.key", key);
    contexts.look();
    contexts.look();
    assertNotSame(before, contexts.choose(null));
  }

  private ClientTls towardsBackends() throws URISyntaxException {
    return new ClientTls(
        Optional.of(fixture("ca.pem")),
        List.of(),
        true,
        Optional.empty(),
        Optional.of(certificate),
        Optional.of(key),
        Optional.empty(),
        List.of("TLSv1.3"),
        true);
  }

  @Test
  void theGatewaysOwnCertificateTowardsBackendsIsLoadedAgainToo() throws Exception {
    ClientContext context = new ClientContext(towardsBackends(), Provider.JDK);
    Object before = context.get();

    put("client.pem", certificate);
    put("client.key", key);
    context.look();
    context.look();

    assertNotSame(before, context.get());
  }

  @Test
  void filesThatCannotBeUsedAreOneErrorInTheLogForEachChange() throws Exception {
    ServerContexts contexts = contexts();
    Object before = contexts.choose(null);
    try (LogCapture log = new LogCapture(Reloaded.class)) {
      Files.writeString(certificate, "half of a certi");
      for (int i = 0; i < 5; i++) {
        contexts.look();
      }

      assertSame(before, contexts.choose(null));
      assertEquals(1, log.lines().size(), log.lines().toString());
      String said = log.lines().get(0);
      assertTrue(said.startsWith("ERROR TLS: "), said);
      assertTrue(said.contains("so what was loaded before stays"), said);
      assertTrue(said.contains("there is no certificate in " + certificate), said);

      put("server.pem", certificate);
      contexts.look();
      contexts.look();
      assertNotSame(before, contexts.choose(null));
      assertEquals(2, log.lines().size(), log.lines().toString());
      assertTrue(log.lines().get(1).endsWith("changed and is in use for new connections"));
    }
  }

  @Test
  void whatIsWrongWithTheGatewaysOwnCertificateStandsAtItsKey() throws Exception {
    put("backend.key", key);
    List<String> said = new ArrayList<>();

    new TlsFiles((at, what) -> said.add(at + ": " + what), (at, what) -> {})
        .check(towardsBackends());

    assertEquals(1, said.size());
    assertTrue(said.get(0).startsWith("key: the key in " + key + " is not that of"), said.get(0));
  }

  @Test
  void filesThatAreGoneChangeNothing() throws Exception {
    ServerContexts contexts = contexts();
    Object before = contexts.choose(null);

    Files.delete(certificate);
    contexts.look();
    contexts.look();

    assertSame(before, contexts.choose(null));
  }

  private List<String> said(ServerTls spec) {
    List<String> said = new ArrayList<>();
    new TlsFiles(
            (at, what) -> said.add(at + ": " + what),
            (at, what) -> said.add("warning " + at + ": " + what))
        .check(spec);
    return said;
  }

  @ParameterizedTest
  @CsvSource({
    "server.pem,server.key",
    "server.pem,server-sec1.key",
    "files.pem,files.key",
    "files.pem,files-pkcs1.key"
  })
  void keysAreReadInEveryUsualWrapping(String certified, String keyed) throws Exception {
    put(certified, certificate);
    put(keyed, key);

    assertEquals(List.of(), said(spec(Optional.empty())));
  }

  @Test
  void anEncryptedKeyNeedsItsPassphrase() throws Exception {
    put("server-encrypted.key", key);

    assertEquals(List.of(), said(spec(Optional.of(Secret.of("open")))));
    assertTrue(said(spec(Optional.empty())).get(0).endsWith("encrypted; add its key-passphrase"));
    String wrong = said(spec(Optional.of(Secret.of("shut")))).get(0);
    assertTrue(wrong.endsWith("the passphrase is wrong"), wrong);
  }

  @Test
  void aKeyEncryptedInTheOldWayIsSaidToBeThat() throws Exception {
    put("files.pem", certificate);
    put("files-legacy.key", key);

    String said = said(spec(Optional.of(Secret.of("open")))).get(0);

    assertTrue(said.startsWith("key: the key in "), said);
    assertTrue(said.endsWith("write it anew with: openssl pkcs8 -topk8"), said);
  }

  @Test
  void aKeyOfAnotherCertificateIsAProblemOfTheKey() throws Exception {
    put("backend.key", key);

    String said = said(spec(Optional.empty())).get(0);

    assertTrue(said.startsWith("key: the key in " + key + " is not that of the first"), said);
    assertTrue(said.contains("CN=gateway"), said);
    assertThrows(TlsProblem.class, this::contexts);
  }

  @Test
  void anExpiredCertificateIsAWarning() throws Exception {
    put("old.pem", certificate);
    put("old.key", key);

    String said = said(spec(Optional.empty())).get(0);

    assertTrue(said.startsWith("warning certificate: the certificate of CN=old in "), said);
    assertTrue(said.contains("has expired at "), said);
  }

  @Test
  void aFileThatIsNotThereOrHasNoCertificateIsAProblem() throws Exception {
    Files.delete(certificate);
    assertEquals(
        List.of("certificate: the file " + certificate + " does not exist"),
        said(spec(Optional.empty())));

    Files.writeString(certificate, "hello");
    assertTrue(said(spec(Optional.empty())).get(0).contains("there is no certificate in "));
  }
}
