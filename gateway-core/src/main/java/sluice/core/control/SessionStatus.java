package sluice.core.control;

import java.util.Map;

/**
 * An open session.
 *
 * @param id of the session
 * @param listener its listener
 * @param client {@code host:port}
 * @param backend {@code pool/name}; empty while none has been chosen
 * @param start ISO 8601
 * @param transfers running now
 * @param bytes moved so far
 * @param facts what the protocol has found out, by key
 */
public record SessionStatus(
    String id,
    String listener,
    String client,
    String backend,
    String start,
    int transfers,
    long bytes,
    Map<String, String> facts) {}
