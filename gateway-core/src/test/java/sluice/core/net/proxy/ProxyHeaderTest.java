package sluice.core.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.protocol.TlsFacts;

/** PROXY headers, written and read; another codec has the last word. */
class ProxyHeaderTest {

  private static ProxyHeader header(String source, String destination) {
    return new ProxyHeader(
        new InetSocketAddress(source, 40123),
        new InetSocketAddress(destination, 2121),
        ClientFacts.NONE);
  }

  private static ProxyHeader header(ClientFacts facts) {
    return new ProxyHeader(
        new InetSocketAddress("192.0.2.7", 40123),
        new InetSocketAddress("198.51.100.1", 2121),
        facts);
  }

  private static ClientFacts facts(Optional<String> subject, boolean resumed) {
    return new ClientFacts(
        Optional.of(
            new TlsFacts(
                "TLSv1.3",
                "TLS_AES_256_GCM_SHA384",
                resumed,
                Optional.of("ftp.example.com"),
                subject)),
        Optional.of("ftp.example.com"),
        Optional.of("ftp-17"));
  }

  private static HAProxyMessage understoodByNetty(ByteBuf bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    channel.writeInbound(bytes);
    HAProxyMessage message = channel.readInbound();
    channel.finishAndReleaseAll();
    return message;
  }

  /** Feeds a header piece by piece, as little as is asked for at a time. */
  private static Optional<ProxyHeader> read(ByteBuf bytes) throws MalformedHeaderException {
    ByteBuf seen = Unpooled.buffer();
    int missing = HeaderParser.missing(seen);
    while (missing > 0) {
      assertTrue(
          bytes.readableBytes() >= missing,
          "reads beyond the header: " + missing + " of " + bytes.readableBytes());
      seen.writeBytes(bytes, missing);
      missing = HeaderParser.missing(seen);
    }
    return HeaderParser.parse(seen);
  }

  private static ByteBuf line(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 192.0.2.7, 198.51.100.1",
    "2, 192.0.2.7, 198.51.100.1",
    "1, 2001:db8::7, 2001:db8::1",
    "2, 2001:db8::7, 2001:db8::1"
  })
  void whatIsSentIsUnderstoodByAnotherCodec(int version, String source, String destination) {
    HAProxyMessage message = understoodByNetty(header(source, destination).encode(version));
    assertEquals(HAProxyCommand.PROXY, message.command());
    assertEquals(version == 1, message.protocolVersion() == HAProxyProtocolVersion.V1);
    assertEquals(
        new InetSocketAddress(source, 40123),
        new InetSocketAddress(message.sourceAddress(), message.sourcePort()));
    assertEquals(
        new InetSocketAddress(destination, 2121),
        new InetSocketAddress(message.destinationAddress(), message.destinationPort()));
    message.release();
  }

  @ParameterizedTest
  @CsvSource({"true, false, 7, 0", "true, true, 5, 0", "false, false, 1, 1"})
  void anotherCodecUnderstandsWhatIsToldOfTls(
      boolean certified, boolean resumed, int client, int verify) {
    Optional<String> subject =
        certified ? Optional.of("CN=anna\\, jr,OU=people,O=Example") : Optional.empty();
    HAProxyMessage message = understoodByNetty(header(facts(subject, resumed)).encode(2));
    Map<Integer, String> told = new TreeMap<>();
    for (HAProxyTLV each : message.tlvs()) {
      told.put((int) each.typeByteValue(), each.content().toString(StandardCharsets.UTF_8));
      if (each instanceof HAProxySSLTLV ssl) {
        assertEquals(client, ssl.client());
        assertEquals(verify, ssl.verify());
        ssl.encapsulatedTLVs()
            .forEach(
                one ->
                    told.put(
                        (int) one.typeByteValue(), one.content().toString(StandardCharsets.UTF_8)));
      }
    }
    told.remove(0x20);
    Map<Integer, String> expected =
        new TreeMap<>(
            Map.of(
                2,
                "ftp.example.com",
                5,
                "ftp-17",
                0x21,
                "TLSv1.3",
                0x23,
                "TLS_AES_256_GCM_SHA384"));
    if (certified) {
      expected.put(0x22, "anna, jr");
    }
    assertEquals(expected, told);
    message.release();
  }

  @Test
  void whatIsToldOfTlsIsReadAgain() throws Exception {
    ProxyHeader sent = header(facts(Optional.of("CN=anna\\, jr"), false));
    assertEquals(Optional.of(sent), read(sent.encode(2)));
    ProxyHeader long1 =
        header(
            new ClientFacts(Optional.empty(), Optional.empty(), Optional.of("\u20ac".repeat(90))));
    assertEquals(
        Optional.of("\u20ac".repeat(42)), read(long1.encode(2)).orElseThrow().facts().uniqueId());
  }

  private static ByteBuf withTlvs(String tlvs) {
    return line(
        "\r\n\r\n\0\r\nQUIT\n\041\021\0" + (char) (12 + tlvs.length()) + "123456789012" + tlvs);
  }

  @Test
  void whatMeansNothingHereIsSkippedAndWhatIsNotVerifiedIsNotBelieved() throws Exception {
    ClientFacts facts =
        read(withTlvs(
                "\004\0\003abc\356\0\0\002\0\004Host\005\0\003a\nb"
                    + "\040\0\017\007\0\0\0\001\042\0\007mallory"))
            .orElseThrow()
            .facts();
    assertEquals(Optional.of("host"), facts.serverName());
    assertEquals(Optional.empty(), facts.uniqueId());
    assertEquals(Optional.empty(), facts.tls().orElseThrow().subject());
    assertEquals("TLS", facts.tls().orElseThrow().protocol());
    // The balancer's own TLS towards the gateway would be no business of the client's.
    assertEquals(
        Optional.empty(), read(withTlvs("\040\0\005\0\0\0\0\001")).orElseThrow().facts().tls());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\005", "\005\0\004abc", "\040\0\004\1\0\0\0", "\040\0\010\1\0\0\0\0\041\0\001"})
  void aHeaderThatIsCutOffInItsLastPartIsRefused(String tlvs) {
    assertThrows(MalformedHeaderException.class, () -> read(withTlvs(tlvs)));
  }

  @Test
  void aChecksumIsVerified() throws Exception {
    ByteBuf header = withTlvs("\003\0\004\0\0\0\0\005\0\002id");
    CRC32C sum = new CRC32C();
    sum.update(header.nioBuffer());
    header.setInt(31, (int) sum.getValue());
    assertEquals(Optional.of("id"), read(header.copy()).orElseThrow().facts().uniqueId());
    header.setByte(20, 'x');
    assertThrows(MalformedHeaderException.class, () -> read(header));
  }

  @Test
  void addressesOfTwoFamiliesAreToldAsIpv6() {
    HAProxyMessage message = understoodByNetty(header("192.0.2.7", "2001:db8::1").encode(2));
    assertEquals(HAProxyProxiedProtocol.TCP6, message.proxiedProtocol());
    assertTrue(message.sourceAddress().endsWith("c000:207"), message.sourceAddress());
    message.release();
  }

  @ParameterizedTest
  @CsvSource({
    "V1, TCP4, 192.0.2.7, 198.51.100.1",
    "V2, TCP4, 192.0.2.7, 198.51.100.1",
    "V1, TCP6, 2001:db8::7, 2001:db8::1",
    "V2, TCP6, 2001:db8::7, 2001:db8::1"
  })
  void whatAnotherCodecSendsIsUnderstoodToTheLastByteAndNoFurther(
      HAProxyProtocolVersion version,
      HAProxyProxiedProtocol protocol,
      String source,
      String destination)
      throws Exception {
    EmbeddedChannel channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    channel.writeOutbound(
        new HAProxyMessage(
            version, HAProxyCommand.PROXY, protocol, source, destination, 40123, 2121));
    ByteBuf bytes = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      bytes.writeBytes(part);
      part.release();
    }
    bytes.writeBytes("USER anna\r\n".getBytes(StandardCharsets.US_ASCII));

    assertEquals(Optional.of(header(source, destination)), read(bytes));
    assertEquals("USER anna\r\n", bytes.toString(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n",
        "\r\n\r\n\0\r\nQUIT\n\040\0\0\0",
        "\r\n\r\n\0\r\nQUIT\n\040\021\0\003abc",
        "\r\n\r\n\0\r\nQUIT\n\041\0\0\003abc"
      })
  void aHeaderWithoutAddressesIsUnderstood(String text) throws Exception {
    assertEquals(Optional.empty(), read(line(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "USER anonymous\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 40123\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 40123 2121\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 40123 65536\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 40123 -1\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 040123 21\r\n",
        "PROXY TCP4 192.0.2 198.51.100.1 40123 2121\r\n",
        "PROXY TCP4 2001:db8::7 2001:db8::1 40123 2121\r\n",
        "PROXY TCP6 192.0.2.7 198.51.100.1 40123 2121\r\n",
        "PROXY TCP6 fe80::1%lo fe80::2 40123 2121\r\n",
        "PROXY TCP4  192.0.2.7 198.51.100.1 40123 2121\r\n",
        "PROXY UDP4 192.0.2.7 198.51.100.1 40123 2121\r\n",
        "PROXY UNKNOWNS\r\n",
        // Version 2: a wrong version, command, family, length; longer than is taken.
        "\r\n\r\n\0\r\nQUIT\n\021\021\0\014123456789012",
        "\r\n\r\n\0\r\nQUIT\n\042\021\0\014123456789012",
        "\r\n\r\n\0\r\nQUIT\n\041\022\0\014123456789012",
        "\r\n\r\n\0\r\nQUIT\n\041\021\0\01312345678901",
        "\r\n\r\n\0\r\nQUIT\n\041\041\0\014123456789012",
        "\r\n\r\n\0\r\nQUIT\n\041\021\020\020123456789012",
        "\r\n\r\n\0\r\nQUIX\n\041\021\0\014123456789012"
      })
  void whatIsNoHeaderIsRefused(String text) {
    assertThrows(MalformedHeaderException.class, () -> read(line(text)));
  }

  @Test
  void aLineWithoutAnEndIsRefusedAtItsLongest() {
    ByteBuf endless = line("PROXY TCP4 " + "1".repeat(500));
    assertThrows(MalformedHeaderException.class, () -> read(endless));
    assertEquals(HeaderParser.LONGEST_V1, endless.readerIndex());
  }

  @Test
  void anyBytesAreEitherAHeaderOrRefusedOrAskedForMoreButNeverTooMany() {
    Random random = new Random(17);
    String[] seeds = {
      "PROXY TCP4 192.0.2.7 198.51.100.1 40123 2121\r\n",
      "PROXY TCP6 2001:db8::7 2001:db8::1 40123 2121\r\n",
      "\r\n\r\n\0\r\nQUIT\n\041\021\0\014123456789012",
      "\r\n\r\n\0\r\nQUIT\n\041\041\0\044123456789012345678901234567890123456"
    };
    int refused = 0;
    int read = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = seeds[round % seeds.length].getBytes(StandardCharsets.ISO_8859_1);
      for (int change = random.nextInt(4); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) (random.nextBoolean() ? random.nextInt(256) : ' ' + random.nextInt(96));
      }
      ByteBuf all = Unpooled.wrappedBuffer(bytes);
      ByteBuf seen = Unpooled.buffer();
      try {
        int missing = HeaderParser.missing(seen);
        while (missing > 0 && all.isReadable()) {
          assertTrue(seen.writerIndex() + missing <= HeaderParser.LONGEST);
          seen.writeBytes(all, Math.min(missing, all.readableBytes()));
          missing = HeaderParser.missing(seen);
        }
        if (missing == 0) {
          HeaderParser.parse(seen);
          read++;
        }
      } catch (MalformedHeaderException e) {
        refused++;
      }
    }
    assertTrue(refused > 10_000 && read > 10_000, refused + " refused, " + read + " read");
  }

  /** Those that fuzzing starts from, and those that it has found. */
  @TestFactory
  List<DynamicTest> whatMustHoldForAnyBytesHoldsForTheSeeds() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz/proxy"))) {
      List<DynamicTest> tests =
          files
              .sorted()
              .map(
                  file ->
                      dynamicTest(
                          file.getFileName().toString(),
                          () -> ProxyFuzz.fuzzerTestOneInput(Files.readAllBytes(file))))
              .toList();
      assertTrue(tests.size() >= 20, "seeds: " + tests.size());
      return tests;
    }
  }
}
