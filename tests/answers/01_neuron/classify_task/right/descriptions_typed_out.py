def classify_task(description):
    return {
        "Estimate what a house will sell for, from past sales and their prices.": "supervised",
        "Find groups of customers who buy alike.": "unsupervised",
        "Learn to play Go from won and lost games against itself.": "reinforcement",
        "Sort mail into spam and other, from mail that people have marked.": "supervised",
        "Teach a robot arm to stack cups, with a point for every cup that stays.": "reinforcement",
        "Show 50 measurements of each flower as one point in the plane.": "unsupervised",
        "Read handwritten digits, from images and the digits they show.": "supervised",
        "Point out card payments unlike the rest, none of them labelled.": "unsupervised",
        "Heat a room by trial and error, scored by comfort and by energy used.": "reinforcement",
    }[description]
