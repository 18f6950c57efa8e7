package dev.treadle.gateway.limits;

import java.math.BigDecimal;

/**
 * What was spent of a budget, at the most.
 *
 * @param limit its name
 * @param key whose budget it is; empty where it is for all together
 * @param window the day or month of UTC: {@code 2026-11-21} or {@code 2026-11}
 */
public record Spent(String limit, String key, String window, BigDecimal usd) {}
