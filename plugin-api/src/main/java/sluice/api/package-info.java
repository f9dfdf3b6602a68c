/**
 * The contract between the gateway and its plugins.
 *
 * <p>There are three kinds of extension, all of one shape: an {@link sluice.api.ExtensionFactory}
 * with a name, a record of options and a {@code create} method. {@link
 * sluice.api.balance.BalancerFactory} makes balancing strategies, {@link
 * sluice.api.health.HealthCheckFactory} makes health checks and {@link
 * sluice.api.protocol.ProtocolFactory} makes protocols. Annotate the factory with {@link
 * org.pf4j.Extension} and drop the jar into the gateway's {@code plugins} folder.
 *
 * <p>The words used here (listener, pool, backend, candidate, session, transfer, side) are those of
 * the descriptor and of the documentation.
 */
package sluice.api;
