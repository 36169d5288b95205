"""Tests of update-prices: python3 -m unittest discover -s scripts"""

import json
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

loader = SourceFileLoader("update_prices", str(Path(__file__).with_name("update-prices")))
update_prices = module_from_spec(spec_from_loader("update_prices", loader))
loader.exec_module(update_prices)


def line(entry, model="model"):
    return update_prices.line(model, {"litellm_provider": "openai", "mode": "chat", **entry})


class Lines(unittest.TestCase):
    def test_columns_then_rates_in_usd_per_million(self):
        entry = {
            "max_input_tokens": 128000,
            "max_output_tokens": 16384.0,
            "supports_vision": True,
            "supports_reasoning": False,
            "output_cost_per_token": 1e-05,
            "input_cost_per_token": 2.5e-06,
            "input_cost_per_token_above_200k_tokens_flex": 1.5000020000000002e-05,
        }
        expected = "model chat openai 128000/16384 v i=2.5 o=10 @>200k+flex i=15.00002"
        self.assertEqual(line(entry), expected)

    def test_a_name_that_begins_with_its_provider_says_it_once(self):
        self.assertEqual(line({}, "openai/model"), "openai/model chat / - -")

    def test_nought_is_a_price_and_null_is_none(self):
        entry = {"input_cost_per_token": 0, "output_cost_per_token": None}
        self.assertEqual(line(entry), "model chat openai - - i=0")

    def test_tiers_become_bands(self):
        tiers = [
            {"range": [32000.0, 64000.0], "input_cost_per_token": 2e-06},
            {"range": [0, 32000.0], "input_cost_per_token": 1e-06},
        ]
        self.assertEqual(line({"tiered_pricing": tiers}), "model chat openai - - i=1 @>32k i=2")

    def test_tiers_that_are_not_bands_are_refused(self):
        first = {"range": [0, 10], "input_cost_per_token": 1e-06}
        for second in ({"range": [20, 30], "input_cost_per_token": 1e-06}, {"range": [10, 30]}):
            with self.assertRaises(update_prices.BadMap):
                line({"tiered_pricing": [first, second]})
        with self.assertRaises(update_prices.BadMap):
            line({"tiered_pricing": [first], "output_cost_per_token": 1e-06})

    def test_search_sizes_are_named_where_they_differ_from_the_medium_one(self):
        sizes = {f"search_context_size_{size}": 0.01 for size in ("low", "medium", "high")}
        entry = {"search_context_cost_per_query": sizes}
        self.assertEqual(line(entry), "model chat openai - - search=10000")
        sizes["search_context_size_low"] = 0.005
        self.assertEqual(line(entry), "model chat openai - - searchlow=5000 search=10000")

    def test_off_peak_hours(self):
        windows = [{"hours_utc": "16:30-00:30", "weekdays": [6, 7]}, {"hours_utc": ["01:00-02:00"]}]
        rule = {"windows": windows, "weekday_timezone": "Asia/Shanghai"}
        rule["input_cost_per_token"] = 1e-06
        expected = "model chat openai - - @off+8:67/1630-0030;1234567/0100-0200 i=1"
        self.assertEqual(line({"off_peak_pricing": rule}), expected)

    def test_surcharges(self):
        entry = {
            "regional_endpoint_uplift_multiplier": 1.1,
            "provider_specific_entry": {"fast": 2.0, "schema": "x"},
        }
        self.assertEqual(line(entry), "model chat openai - - *fast=2 *regional=1.1")

    def test_what_is_true_of_a_provider_as_a_whole(self):
        entry = {"litellm_provider": "xai", "input_cost_per_token_above_200k_tokens": 2e-06}
        self.assertEqual(line(entry), "model chat xai - - @>199999 i=2")
        entry = {"litellm_provider": "fireworks_ai", "input_cost_per_token": 2e-06}
        self.assertEqual(line(entry), "model chat fireworks_ai - - i=2 r=1")


class NothingIsLost(unittest.TestCase):
    def test_an_unknown_price_key_is_refused(self):
        for key in (
            "input_cost_per_smell",
            "input_cost_per_token_above_200k_tokens_turbo",
            "output_cost_per_token_turbo",
            "lunar_pricing",
            "lunar_multiplier",
        ):
            with self.assertRaisesRegex(update_prices.BadMap, key):
                line({key: 1e-06})

    def test_unknown_keys_inside_are_refused(self):
        for entry in (
            {"search_context_cost_per_query": {"search_context_size_huge": 1}},
            {"tiered_pricing": [{"range": [0, 1], "input_cost_per_smell": 1}]},
            {"off_peak_pricing": {"hours_utc": "00:00-01:00", "input_cost_per_smell": 1}},
            {"off_peak_pricing": {"hours_utc": "00:00-01:00", "weekday_timezone": "Mars"}},
        ):
            with self.assertRaises(update_prices.BadMap):
                line(entry)

    def test_what_is_not_a_price_is_refused(self):
        for value in (-1e-06, "1e-06", True, float("nan"), [1]):
            with self.assertRaises(update_prices.BadMap):
                line({"input_cost_per_token": value})

    def test_two_names_of_one_rate_have_to_agree(self):
        entry = {"input_cost_per_token_cache_hit": 1e-06}
        self.assertEqual(line(entry), "model chat openai - - r=1")
        with self.assertRaises(update_prices.BadMap):
            line({**entry, "cache_read_input_token_cost": 2e-06})


class Files(unittest.TestCase):
    def test_a_file_is_sorted_without_regard_to_case_and_names_its_source(self):
        entries = {"b": {}, "A": {}, "a/x": {}, "a-x": {}, "sample_spec": {"mode": "one of"}}
        text = update_prices.render(json.dumps(entries).encode())
        names = [row.split(" ")[0] for row in text.splitlines() if not row.startswith("#")]
        self.assertEqual(names, ["A", "a-x", "a/x", "b"])
        self.assertIn(f"# {update_prices.LITELLM_VERSION}, SHA-256 ", text)
        self.assertIn("# Permission is hereby granted", text)


if __name__ == "__main__":
    unittest.main()
