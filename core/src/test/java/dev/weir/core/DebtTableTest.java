package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Whoever left owing never comes back owing less, however full, swept, shrunk or old the table is. */
class DebtTableTest {

    private static final long SECOND = 1_000_000_000L;

    @Property(tries = 500)
    void noDebtIsEverForgotten(
            @ForAll long seed,
            @ForAll long start,
            @ForAll @IntRange(max = 4) int lineBits,
            @ForAll @LongRange(min = 1_000, max = 1L << 60) long longest) {
        SplittableRandom random = new SplittableRandom(seed);
        DebtTable table = new DebtTable(1 << lineBits, longest);
        Map<Long, Long> untilByClient = new HashMap<>();
        long now = start;
        long lastSweep = start;
        for (int step = 0; step < 200; step++) {
            now += random.nextLong(longest / 16 + 1);
            if (random.nextInt(20) == 0 || now - lastSweep > DebtTable.sweepWithinNanos(longest)) {
                table.sweep(now, now - lastSweep);
                lastSweep = now;
            }
            long client = (1 + random.nextLong(30)) * 0x9E3779B97F4A7C15L;
            long debt = 1 + random.nextLong(longest);
            long before = untilByClient.containsKey(client) ? untilByClient.get(client) - now : 0;
            table.store(client, debt, now);
            untilByClient.put(client, now + Math.max(debt, before));
            if (random.nextInt(50) == 0 && table.lines() > 1) {
                table = table.shrunkTo(table.lines() / 2, now);
            }
            for (Map.Entry<Long, Long> each : untilByClient.entrySet()) {
                long owed = each.getValue() - now;
                if (owed > 0) {
                    assertThat(Math.abs(table.owedNanos(each.getKey(), now))).isGreaterThanOrEqualTo(owed);
                }
            }
        }
    }

    @Test
    void aDebtThatEndsWhereTheTicksReadZeroIsNoEmptyCell() {
        DebtTable table = new DebtTable(1, 60 * SECOND);
        for (long tag = 1; tag <= 7; tag++) {
            table.store(tag << 48, 60 * SECOND, -100);
        }

        table.store(8L << 48, 98, -100); // overflows, with 98 + 2 units to go to 0
        table.store(0, 98, -100); // and so does a tag of 0

        assertThat(table.owedNanos(8L << 48, -100)).isLessThanOrEqualTo(-98);
        assertThat(table.owedNanos(0, -100)).isLessThanOrEqualTo(-98);
    }

    @Test
    void aDebtIsOverWhenItIsOver() {
        DebtTable table = new DebtTable(1, 60 * SECOND);

        table.store(7L << 48, 10 * SECOND, 0);

        assertThat(table.owedNanos(7L << 48, 0)).isBetween(10 * SECOND, 10 * SECOND + 2);
        assertThat(table.owedNanos(7L << 48, 10 * SECOND + 2)).isZero();
    }

    @Test
    void aNewcomerWithAnotherTagOwesNothingWhileThereIsRoom() {
        DebtTable table = new DebtTable(1, 60 * SECOND);
        for (long tag = 1; tag <= 7; tag++) {
            table.store(tag << 48, 60 * SECOND, 0);
        }

        assertThat(table.owedNanos(8L << 48, 0)).isZero();
    }

    @Test
    void whatDoesNotFitCountsForTheWholeLineAsAnybodysAndTheSmallestGoesFirst() {
        DebtTable table = new DebtTable(1, 60 * SECOND);
        for (long tag = 1; tag <= 8; tag++) {
            table.store(tag << 48, tag * SECOND, 0);
        }

        assertThat(table.owedNanos(9L << 48, 0)).isBetween(-SECOND - 2, -SECOND);
        assertThat(table.owedNanos(8L << 48, 0)).isGreaterThanOrEqualTo(8 * SECOND);
    }

    @Test
    void aSweepThatComesTooLateEmptiesTheTableRatherThanReadOldTimesAsNew() {
        DebtTable table = new DebtTable(1, 60 * SECOND);
        table.store(1L << 48, 60 * SECOND, 0);
        long late = (1L << 48) - 10 * SECOND; // where the 48 bits read as the debt's own time again

        table.sweep(late, late);

        assertThat(table.owedNanos(1L << 48, late)).isZero();
    }

    @Test
    void tablesOfSeveralLimitsShareTheCellsAndKeepTheirDebts() {
        Policies policies = new Policies();
        List<String> names = List.of("a", "b", "c");
        names.forEach(name -> policies.declare(new Policy(name, Limit.of(5, Duration.ofMinutes(1)))));
        Debts debts = new Debts(1_000);
        ClientKey client = new ClientKey(ClientKey.Kind.ADDRESS, 1, 2);
        for (String name : names) {
            EntryKey key = new EntryKey.Probe(policies.current().bundle(name, List.of(name)), client);
            debts.store(key, 0, 30 * SECOND, 0);
        }

        for (String name : names) {
            EntryKey key = new EntryKey.Probe(policies.current().bundle(name, List.of(name)), client);
            assertThat(debts.owedNanos(key, 0, 0)).isGreaterThanOrEqualTo(30 * SECOND);
        }
        assertThat(debts.cells()).isLessThanOrEqualTo(4_000);
    }
}
