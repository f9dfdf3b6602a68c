/**
 * Stories of the packaged gateway with real servers and real clients. The whole matrix of them runs
 * with {@code mvn verify -Pmatrix}, a subset in which every pair of properties meets with every
 * build.
 */
package sluice.dist.real;
