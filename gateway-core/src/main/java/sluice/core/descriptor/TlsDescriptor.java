package sluice.core.descriptor;

import sluice.api.Default;
import sluice.api.Doc;
import sluice.core.tls.Choice;

/** How the gateway does TLS. */
public record TlsDescriptor(
    @Doc(
            "What does the TLS: openssl (BoringSSL, brought along for Linux) where it loads and jdk"
                + " elsewhere, or one of them by force.")
        @Default("auto")
        Choice provider) {}
