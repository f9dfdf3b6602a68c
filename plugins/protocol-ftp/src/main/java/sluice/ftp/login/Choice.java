package sluice.ftp.login;

import sluice.api.PoolRef;

/**
 * Who serves a client.
 *
 * @param stripSite whether its server is told the user without the last {@code @} and the rest
 */
public record Choice(PoolRef pool, boolean stripSite) {}
