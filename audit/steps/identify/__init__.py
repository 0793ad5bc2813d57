"""From measurements to cases: rules, screening, the choice by quota. What a case needs next is in audit/steps/packet."""
