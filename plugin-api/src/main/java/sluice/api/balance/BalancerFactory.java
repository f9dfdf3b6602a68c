package sluice.api.balance;

import sluice.api.ExtensionFactory;

/**
 * Makes a balancing strategy; a pool names it in {@code balance: {strategy: NAME}}. One balancer is
 * made for each pool.
 *
 * @param <O> the options record
 */
public interface BalancerFactory<O extends Record> extends ExtensionFactory<O, Balancer> {}
