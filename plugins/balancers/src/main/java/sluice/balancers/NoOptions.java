package sluice.balancers;

/** The options of strategies that have none. */
public record NoOptions() {}
